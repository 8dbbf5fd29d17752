package io.heliograph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.h2.api.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;

/**
 * The file of the database: created and migrated, or rebuilt from a snapshot if it cannot
 * be read.
 */
final class DatabaseFile {

	static final String USER = "sa";

	private static final Logger logger = LoggerFactory.getLogger(DatabaseFile.class);

	private static final String NAME = "heliograph";

	/** What is to take its place. */
	private static final String NEXT = "heliograph-next";

	/** The number of the last change in an empty database. */
	private static final long NO_CHANGE = -1;

	/** In place of the number of the last change: less than any. */
	private static final long UNREADABLE = -2;

	private static final String EXTENSION = ".mv.db";

	/**
	 * Closed by us and not by H2's own hook at the end of the process, which would run
	 * beside what still uses it; what H2 has to say comes as an exception.
	 */
	private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";

	/** H2 recovers what a killed process left, in memory, and locks the file. */
	private static final String READ_ONLY = ";ACCESS_MODE_DATA=r";

	private final DataDirectory directory;

	private final Snapshots snapshots;

	private final AnsweredChange answered;

	DatabaseFile(DataDirectory directory, Snapshots snapshots) {
		this.directory = directory;
		this.snapshots = snapshots;
		this.answered = new AnsweredChange(directory);
	}

	String url() {
		return url(NAME);
	}

	private String url(String name) {
		return "jdbc:h2:file:" + this.directory.path().resolve(name) + OPTIONS;
	}

	/**
	 * Makes the database one that can be read, is as its snapshots say, and has the
	 * tables of this version. Whatever is made is made in a file of its own, which takes
	 * the place of the present one when it is whole: a start that is cut off leaves
	 * nothing half.
	 * @throws DataDirectoryUnusable if that is not possible
	 */
	void prepare() {
		try {
			Optional<Cause> cause = cause();
			if (cause.isPresent()) {
				checkSpace();
				replace(cause.get());
			}
		}
		catch (FlywayException ex) {
			throw isOfAnotherVersion(ex)
					? new DataDirectoryUnusable("The database " + file(NAME)
							+ " is not one of this version of Heliograph; "
							+ "start the version that wrote it, or set heliograph.data-dir to another directory.", ex)
					: notMigrated(ex);
		}
		catch (SQLException ex) {
			throw notMigrated(ex);
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The data directory " + this.directory.path() + " cannot be used (" + ex
					+ "); let this user read and write there, and make room if its disk is full.", ex);
		}
	}

	private static boolean isOfAnotherVersion(FlywayException failure) {
		return failure instanceof FlywayValidateException
				|| failure.getErrorCode() == CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE;
	}

	private DataDirectoryUnusable notMigrated(Exception failure) {
		return new DataDirectoryUnusable(
				"The database " + file(NAME) + " could not be brought to this version ("
						+ NestedExceptionUtils.getMostSpecificCause(failure).getMessage()
						+ ") and was left as it was; start again when that is mended, or start the version before.",
				failure);
	}

	/**
	 * Reads the whole database, for only what is read shows that it is damaged, and
	 * changes nothing: what is damaged may be needed as it was.
	 */
	private Optional<Cause> cause() throws IOException {
		if (!Files.exists(file(NAME))) {
			boolean first = this.snapshots.newestFirst().isEmpty() && this.answered.read() == AnsweredChange.NONE;
			return Optional.of(first ? new Cause(null, NO_CHANGE) : new Cause("it is gone", UNREADABLE));
		}
		this.directory.restrict(NAME + EXTENSION);
		try (Connection connection = DriverManager.getConnection(url(NAME) + READ_ONLY, USER, "")) {
			Snapshot present = read(connection);
			Optional<Cause> difference = difference(present);
			if (difference.isPresent()) {
				return difference;
			}
			// through the opening above, and of what was read already
			Flyway flyway = flyway(NAME, READ_ONLY);
			if (flyway.info().pending().length != 0) {
				return Optional.of(new Cause(null, present.change()));
			}
			flyway.validate();
			return Optional.empty();
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
				throw new DataDirectoryUnusable(
						"The database in " + this.directory.path() + " is open in another program; close it there.",
						ex);
			}
			checkReachable(ex);
			return Optional.of(new Cause(String.valueOf(ex.getMessage()), UNREADABLE));
		}
	}

	/** Tells how it is not as it was left, which H2 does not. */
	private Optional<Cause> difference(Snapshot present) throws IOException {
		long last = present.change();
		Snapshot kept = this.snapshots.newest().orElse(new Snapshot("", NO_CHANGE));
		if (last < kept.change()) {
			return Optional.of(new Cause(
					"it is at change " + last + ", older than the snapshot of change " + kept.change(), last));
		}
		if (last == kept.change() && kept.contradicts(present)) {
			return Optional.of(new Cause("its rows are not those of the snapshot of change " + last, last - 1));
		}
		long answered = this.answered.read();
		if (last < answered) {
			return Optional.of(new Cause("it is at change " + last + ", and change " + answered + " was made", last));
		}
		return Optional.empty();
	}

	/** A database that cannot be reached is not damaged. */
	private static void checkReachable(SQLException failure) throws IOException {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof FileSystemException unreachable) {
				throw unreachable;
			}
		}
	}

	private static Snapshot read(Connection connection) throws SQLException {
		List<String> script = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet lines = statement.executeQuery("script")) {
			while (lines.next()) {
				script.add(lines.getString(1));
			}
		}
		return new Snapshot(String.join("\n", script), lastChange(connection));
	}

	/**
	 * Returns the number of the last change, or {@link #NO_CHANGE} if there are no
	 * tables.
	 */
	private static long lastChange(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet number = statement.executeQuery("select number from last_change")) {
			return number.next() ? number.getLong(1) : NO_CHANGE;
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1
					|| ex.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1) {
				return NO_CHANGE;
			}
			throw ex;
		}
	}

	private void checkSpace() throws IOException {
		if (this.directory.isFull()) {
			throw new DataDirectoryUnusable(this.directory.full());
		}
	}

	private Path file(String name) {
		return this.directory.path().resolve(name + EXTENSION);
	}

	private Flyway flyway(String name, String options) {
		return Flyway.configure()
			.dataSource(url(name) + options, USER, "")
			// by default it lets the migrations of a newer version be
			.ignoreMigrationPatterns(new String[0])
			.load();
	}

	/** A migration, too, is made in the next file: H2 commits each of its steps. */
	private void replace(Cause cause) throws IOException, SQLException {
		String source = fillNext(cause);
		flyway(NEXT, "").migrate();
		long answered = this.answered.read();
		long change = countNext(answered);
		force(NEXT);
		if (cause.damage != null) {
			String aside = putAside();
			logger.error("The database {} is damaged ({}). It is made anew from {}: {}.{}", file(NAME), cause.damage,
					source,
					(change < answered)
							? "the changes after change " + change + ", up to change " + answered + ", are lost"
							: "look whether the last changes to users and rules are there",
					aside);
		}
		this.directory.move(NEXT + EXTENSION, NAME + EXTENSION);
	}

	/** Keeps the present file as it is; returns a sentence that says where. */
	private String putAside() throws IOException {
		if (!Files.exists(file(NAME))) {
			return "";
		}
		String name = NAME + "-unreadable-" + System.currentTimeMillis();
		Files.copy(file(NAME), file(name));
		this.directory.restrict(name + EXTENSION);
		force(name);
		return " The damaged file is " + name + EXTENSION;
	}

	/**
	 * Fills the next file from the newest snapshot of later changes that is whole, else
	 * from the present file; returns which that was.
	 */
	private String fillNext(Cause cause) throws IOException {
		List<String> failures = new ArrayList<>();
		for (String snapshot : this.snapshots.newestFirst()) {
			try {
				if (this.snapshots.read(snapshot).change() > cause.change) {
					runScript(snapshot);
					return snapshot;
				}
			}
			catch (IOException | SQLException ex) {
				failures.add(snapshot + ": " + ex.getMessage());
			}
		}
		if (cause.change == UNREADABLE) {
			throw new DataDirectoryUnusable("The database " + file(NAME) + " cannot be used (" + cause.damage
					+ "), nor be made anew from a snapshot ("
					+ (failures.isEmpty() ? "there is none" : String.join("; ", failures))
					+ "). Put a copy of the whole directory back, or set heliograph.data-dir to an empty directory "
					+ "to start anew.");
		}
		Files.deleteIfExists(file(NEXT));
		if (Files.exists(file(NAME))) {
			Files.copy(file(NAME), file(NEXT));
		}
		this.directory.restrict(NEXT + EXTENSION);
		return "itself";
	}

	private void runScript(String snapshot) throws IOException, SQLException {
		Files.deleteIfExists(file(NEXT));
		this.directory.restrict(NEXT + EXTENSION);
		try (Connection connection = DriverManager.getConnection(url(NEXT), USER, "");
				PreparedStatement run = connection.prepareStatement("runscript from ?")) {
			run.setString(1, this.directory.path().resolve(snapshot).toString());
			run.execute();
		}
	}

	/**
	 * Gives the next file a number of its own: a snapshot of the same number has the same
	 * rows. Returns the one before.
	 */
	private long countNext(long answered) throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(NEXT), USER, "");
				Statement statement = connection.createStatement()) {
			long change = lastChange(connection);
			statement.execute("update last_change set number = " + (Math.max(change, answered) + 1));
			return change;
		}
	}

	private void force(String name) throws IOException {
		try (FileChannel channel = FileChannel.open(file(name), StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

	/**
	 * Why the present file is replaced.
	 *
	 * @param damage what is wrong with it, in a clause; null if nothing is
	 * @param change what snapshots of later changes may replace, or {@link #UNREADABLE}
	 */
	private record Cause(@Nullable String damage, long change) {
	}

}
