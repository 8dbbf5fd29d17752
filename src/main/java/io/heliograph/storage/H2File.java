package io.heliograph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.flywaydb.core.Flyway;
import org.h2.api.ErrorCode;

/** A file of H2 in the data directory. */
final class H2File {

	static final String USER = "sa";

	/** What H2 appends to the name of a database. */
	static final String EXTENSION = ".mv.db";

	/**
	 * Closed by us and not by H2's own hook at the end of the process, which would run
	 * beside what still uses it; what H2 has to say comes as an exception.
	 */
	private static final String OPTIONS = ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0";

	/** H2 recovers what a killed process left, in memory, and locks the file. */
	private static final String READ_ONLY = ";ACCESS_MODE_DATA=r";

	private final DataDirectory directory;

	private final String name;

	private final Path path;

	private final String url;

	H2File(DataDirectory directory, String name) {
		this.directory = directory;
		this.name = name + EXTENSION;
		this.path = directory.path().resolve(this.name);
		this.url = "jdbc:h2:file:" + directory.path().resolve(name) + OPTIONS;
	}

	boolean exists() {
		return Files.exists(this.path);
	}

	String url() {
		return this.url;
	}

	Connection connect() throws SQLException {
		return DriverManager.getConnection(this.url, USER, "");
	}

	/**
	 * @throws DataDirectoryUnusable if another program has it
	 */
	Connection connectReadOnly() throws SQLException {
		try {
			return DriverManager.getConnection(this.url + READ_ONLY, USER, "");
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
				throw new DataDirectoryUnusable(
						"The database in " + this.directory.path() + " is open in another program; close it there.",
						ex);
			}
			throw ex;
		}
	}

	Flyway flyway() {
		return flyway(this.url);
	}

	Flyway flywayReadOnly() {
		return flyway(this.url + READ_ONLY);
	}

	private static Flyway flyway(String url) {
		return Flyway.configure()
			.dataSource(url, USER, "")
			// by default it lets the migrations of a newer version be
			.ignoreMigrationPatterns(new String[0])
			.load();
	}

	/** Returns the number of the last change; 0 if there are no tables. */
	static long lastChange(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet number = statement.executeQuery("select number from last_change")) {
			return number.next() ? number.getLong(1) : 0;
		}
		catch (SQLException ex) {
			if (ex.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1
					|| ex.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1) {
				return 0;
			}
			throw ex;
		}
	}

	/** Makes it an empty file. */
	void clear() throws IOException {
		Files.deleteIfExists(this.path);
		restrict();
	}

	/** Lets only the owner of the process read it. */
	void restrict() {
		this.directory.restrict(this.name);
	}

	void copyTo(H2File copy) throws IOException {
		Files.deleteIfExists(copy.path);
		Files.copy(this.path, copy.path);
		copy.restrict();
	}

	/** Brings it to the disk. */
	void force() throws IOException {
		try (FileChannel channel = FileChannel.open(this.path, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

	/** Takes the place of another one, for good. */
	void replace(H2File other) throws IOException {
		this.directory.move(this.name, other.name);
	}

	String name() {
		return this.name;
	}

	/** The path, for people. */
	@Override
	public String toString() {
		return this.path.toString();
	}

}
