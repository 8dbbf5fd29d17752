package io.heliograph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
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

import org.h2.api.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of the database; one that cannot be read is rebuilt from a snapshot. */
final class DatabaseFile {

	static final String USER = "sa";

	private static final Logger logger = LoggerFactory.getLogger(DatabaseFile.class);

	private static final String NAME = "heliograph";

	private static final String REBUILT = "rebuilt";

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
	 * Reads the whole database once, for only what is read shows that it is damaged, and
	 * rebuilds it if that fails.
	 * @throws DataDirectoryUnusable if that is not possible either
	 */
	void makeReadable() {
		boolean snapshots = hasSnapshots();
		checkSpace();
		this.directory.restrict(NAME + EXTENSION);
		try {
			if (!hasTables() && snapshots) {
				rebuild("there is nothing in it");
			}
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
				throw new DataDirectoryUnusable(
						"The database in " + this.directory.path() + " is open in another program; close it there.",
						ex);
			}
			rebuild(String.valueOf(ex.getMessage()));
		}
	}

	/** A database that is there can be read on a full disk; a new one needs room. */
	private void checkSpace() {
		try {
			if (!Files.exists(file()) && this.directory.isFull()) {
				throw new DataDirectoryUnusable(this.directory.full());
			}
		}
		catch (IOException ex) {
			throw unreadable(ex);
		}
	}

	private Path file() {
		return this.directory.path().resolve(NAME + EXTENSION);
	}

	private DataDirectoryUnusable unreadable(IOException ex) {
		return new DataDirectoryUnusable(
				"The data directory " + this.directory.path() + " cannot be read (" + ex + "); let this user read it.",
				ex);
	}

	private boolean hasSnapshots() {
		try {
			return !this.snapshots.newestFirst().isEmpty();
		}
		catch (IOException ex) {
			throw unreadable(ex);
		}
	}

	private boolean hasTables() throws SQLException {
		try (Connection connection = DriverManager.getConnection(url(), USER, "");
				Statement statement = connection.createStatement();
				ResultSet all = statement.executeQuery("script")) {
			boolean tables = false;
			while (all.next()) {
				tables |= Snapshots.isTable(all.getString(1));
			}
			return tables;
		}
	}

	private void rebuild(String unreadable) {
		Path file = file();
		try {
			String snapshot = runNewest();
			// there is a database at each moment: a start without would think it is the
			// first
			String aside = NAME + "-unreadable-" + System.currentTimeMillis() + EXTENSION;
			Files.copy(file, this.directory.path().resolve(aside));
			this.directory.restrict(aside);
			this.directory.move(REBUILT + EXTENSION, NAME + EXTENSION);
			logger.error(
					"The database {} could not be read ({}). It was rebuilt from {}: "
							+ "look whether the last changes to users and rules are there. The unreadable file is {}",
					file, unreadable, snapshot, aside);
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The database " + file + " cannot be opened (" + unreadable
					+ "), nor rebuilt from a snapshot (" + ex.getMessage()
					+ "). Put a copy of it back, or set heliograph.data-dir to an empty directory to start anew.", ex);
		}
	}

	/** Tries one after the other; returns the name of the one that was whole. */
	private String runNewest() throws IOException {
		List<String> failures = new ArrayList<>();
		for (String snapshot : this.snapshots.newestFirst()) {
			try {
				this.snapshots.checkWhole(snapshot);
				runScript(snapshot);
				return snapshot;
			}
			catch (IOException | SQLException ex) {
				failures.add(snapshot + ": " + ex.getMessage());
			}
		}
		throw new IOException(failures.isEmpty() ? "there is none" : String.join("; ", failures));
	}

	/** Into a file of its own: a rebuild that is cut off leaves nothing half. */
	private void runScript(String snapshot) throws IOException, SQLException {
		Path rebuilt = this.directory.path().resolve(REBUILT + EXTENSION);
		Files.deleteIfExists(rebuilt);
		this.directory.restrict(REBUILT + EXTENSION);
		try (Connection connection = DriverManager.getConnection(url(REBUILT), USER, "");
				PreparedStatement run = connection.prepareStatement("runscript from ?")) {
			run.setString(1, this.directory.path().resolve(snapshot).toString());
			run.execute();
		}
		try (FileChannel channel = FileChannel.open(rebuilt, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

}
