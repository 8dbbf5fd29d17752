package io.heliograph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

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
	 * Opens the database once to see whether it can be read, and rebuilds it if not.
	 * @throws DataDirectoryUnusable if that is not possible either
	 */
	void makeReadable() {
		try {
			DriverManager.getConnection(url(), USER, "").close();
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
				throw new DataDirectoryUnusable(
						"The database in " + this.directory.path() + " is open in another program; close it there.",
						ex);
			}
			rebuild(ex);
		}
	}

	private void rebuild(SQLException unreadable) {
		Path file = this.directory.path().resolve(NAME + EXTENSION);
		try {
			Optional<String> snapshot = this.snapshots.newest();
			if (snapshot.isEmpty()) {
				throw new DataDirectoryUnusable(
						"The database " + file + " cannot be opened (" + unreadable.getMessage()
								+ "). Put a copy of it back, or move it away to start without users and rules.",
						unreadable);
			}
			runScript(snapshot.get());
			// a copy, so that there is a database at each moment: without one, the next
			// start
			// would take itself for the first
			String aside = NAME + "-unreadable-" + System.currentTimeMillis() + EXTENSION;
			Files.copy(file, this.directory.path().resolve(aside));
			this.directory.move(REBUILT + EXTENSION, NAME + EXTENSION);
			logger.error(
					"The database {} could not be read ({}). It was rebuilt from {}: "
							+ "look whether the last changes to users and rules are there. The unreadable file is {}",
					file, unreadable.getMessage(), snapshot.get(), aside);
		}
		catch (IOException | SQLException ex) {
			throw new DataDirectoryUnusable(
					"The database " + file + " cannot be opened (" + unreadable.getMessage()
							+ "), nor rebuilt from its snapshots (" + ex.getMessage() + "). Put a copy of it back.",
					ex);
		}
	}

	/** Into a file of its own: a rebuild that is cut off leaves nothing half. */
	private void runScript(String snapshot) throws IOException, SQLException {
		Path rebuilt = this.directory.path().resolve(REBUILT + EXTENSION);
		Files.deleteIfExists(rebuilt);
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
