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

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.h2.api.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	/** Less than the number of any change. */
	private static final long UNREADABLE = -2;

	private static final String EXTENSION = ".mv.db";

	/**
	 * Closed by us and not by H2's own hook at the end of the process, which would run
	 * beside what still uses it; what H2 has to say comes as an exception.
	 */
	private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";

	private final DataDirectory directory;

	private final Snapshots snapshots;

	DatabaseFile(DataDirectory directory, Snapshots snapshots) {
		this.directory = directory;
		this.snapshots = snapshots;
	}

	String url() {
		return url(NAME);
	}

	private String url(String name) {
		return "jdbc:h2:file:" + this.directory.path().resolve(name) + OPTIONS;
	}

	/**
	 * Makes the database one that can be read, is not older than its snapshots, and has
	 * the tables of this version. Whatever is made is made in a file of its own, which
	 * takes the place of the present one when it is whole: a start that is cut off leaves
	 * nothing half.
	 * @throws DataDirectoryUnusable if that is not possible
	 */
	void prepare() {
		try {
			if (!Files.exists(file())) {
				checkSpace();
				if (!this.snapshots.newestFirst().isEmpty()) {
					rebuild("it is gone", UNREADABLE);
				}
			}
			else {
				this.directory.restrict(NAME + EXTENSION);
				check();
			}
			migrate();
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The data directory " + this.directory.path() + " cannot be used (" + ex
					+ "); let this user read and write there.", ex);
		}
	}

	/**
	 * Reads the whole database, for only what is read shows that it is damaged. H2 opens
	 * a damaged one in an older state without a word, which the number of its last change
	 * tells.
	 */
	private void check() throws IOException {
		try {
			long last = lastChange();
			long kept = this.snapshots.newestChange();
			if (last < kept) {
				rebuild("it is at change " + last + ", older than the snapshot of change " + kept, last);
			}
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
				throw new DataDirectoryUnusable(
						"The database in " + this.directory.path() + " is open in another program; close it there.",
						ex);
			}
			checkReachable(ex);
			rebuild(String.valueOf(ex.getMessage()), UNREADABLE);
		}
	}

	/** A database that cannot be reached is not damaged. */
	private static void checkReachable(SQLException failure) throws IOException {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof FileSystemException unreachable) {
				throw unreachable;
			}
		}
	}

	/** Returns the number of the last change, or -1 if there are no tables. */
	private long lastChange() throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(), USER, "");
				Statement statement = connection.createStatement()) {
			try (ResultSet all = statement.executeQuery("script")) {
				while (all.next()) {
					all.getString(1);
				}
			}
			try (ResultSet number = statement.executeQuery("select number from last_change")) {
				return number.next() ? number.getLong(1) : -1;
			}
			catch (SQLException ex) {
				if (ex.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1
						|| ex.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1) {
					return -1;
				}
				throw ex;
			}
		}
	}

	private void checkSpace() throws IOException {
		if (this.directory.isFull()) {
			throw new DataDirectoryUnusable(this.directory.full());
		}
	}

	private Path file() {
		return file(NAME);
	}

	private Path file(String name) {
		return this.directory.path().resolve(name + EXTENSION);
	}

	/** H2 commits each change of a table by itself. */
	private void migrate() throws IOException {
		boolean present = Files.exists(file());
		try {
			if (present && isCurrent()) {
				flyway(NAME).validate();
				return;
			}
			checkSpace();
			Files.deleteIfExists(file(NEXT));
			if (present) {
				Files.copy(file(), file(NEXT));
			}
			this.directory.restrict(NEXT + EXTENSION);
			flyway(NEXT).migrate();
		}
		catch (FlywayException ex) {
			throw new DataDirectoryUnusable("The database " + file() + " is not one of this version (" + ex.getMessage()
					+ "); start the version that wrote it, or set heliograph.data-dir to another " + "directory.", ex);
		}
		replace();
	}

	/** A database that was read a moment ago may still not be opened again. */
	private boolean isCurrent() throws IOException {
		try {
			return flyway(NAME).info().pending().length == 0;
		}
		catch (FlywayException ex) {
			if (!(ex.getCause() instanceof SQLException)) {
				throw ex;
			}
			rebuild(String.valueOf(ex.getCause().getMessage()), UNREADABLE);
			return flyway(NAME).info().pending().length == 0;
		}
	}

	private Flyway flyway(String name) {
		return Flyway.configure().dataSource(url(name), USER, "").load();
	}

	/** The next file becomes the present one. */
	private void replace() throws IOException {
		try (FileChannel channel = FileChannel.open(file(NEXT), StandardOpenOption.WRITE)) {
			channel.force(true);
		}
		this.directory.move(NEXT + EXTENSION, NAME + EXTENSION);
	}

	/**
	 * @param last the number of its last change, or {@link #UNREADABLE}
	 */
	private void rebuild(String unreadable, long last) throws IOException {
		checkSpace();
		Path file = file();
		try {
			String snapshot = runNewest(last);
			String aside = NAME + "-unreadable-" + System.currentTimeMillis() + EXTENSION;
			boolean present = Files.exists(file);
			if (present) {
				Files.copy(file, this.directory.path().resolve(aside));
				this.directory.restrict(aside);
			}
			replace();
			logger.error(
					"The database {} could not be read ({}). It was rebuilt from {}: "
							+ "look whether the last changes to users and rules are there.{}",
					file, unreadable, snapshot, present ? " The unreadable file is " + aside : "");
		}
		catch (IOException ex) {
			if (last != UNREADABLE) {
				logger.error(
						"The database {} may miss changes ({}), and cannot be rebuilt from a snapshot ({}): look at the users and rules.",
						file, unreadable, ex.getMessage());
				return;
			}
			throw new DataDirectoryUnusable("The database " + file + " cannot be opened (" + unreadable
					+ "), nor rebuilt from a snapshot (" + ex.getMessage() + "). Put a copy of the whole directory "
					+ "back, or set heliograph.data-dir to an empty directory to start anew.", ex);
		}
	}

	/**
	 * Tries those of later changes, one after the other; returns the name of the one that
	 * was whole.
	 */
	private String runNewest(long last) throws IOException {
		List<String> failures = new ArrayList<>();
		for (String snapshot : this.snapshots.newestFirst()) {
			try {
				if (this.snapshots.changeOf(snapshot) > last) {
					runScript(snapshot);
					return snapshot;
				}
			}
			catch (IOException | SQLException ex) {
				failures.add(snapshot + ": " + ex.getMessage());
			}
		}
		throw new IOException(failures.isEmpty() ? "there is none of later changes" : String.join("; ", failures));
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

}
