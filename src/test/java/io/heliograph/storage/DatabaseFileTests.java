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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What a start makes of the file of the database as it finds it. */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseFileTests {

	static final int CHANGES = 8;

	@TempDir
	private Path data;

	private Path file;

	private DataDirectory directory;

	private Snapshots snapshots;

	private DatabaseFile database;

	@BeforeEach
	void open() {
		this.directory = new DataDirectory(new StorageSettings(this.data.toString()));
		this.snapshots = new Snapshots(this.directory);
		this.database = new DatabaseFile(this.directory, this.snapshots);
		this.file = this.data.resolve("heliograph.mv.db");
	}

	@AfterEach
	void close() {
		this.directory.close();
	}

	/** H2 opens many of them without a word, as they were some changes before. */
	@ParameterizedTest
	@EnumSource
	void isRebuiltFromASnapshotAndPutAsideAsItWasFound(Damage damage) throws IOException, SQLException {
		this.database.prepare();
		fill();
		byte[] whole = Files.readAllBytes(this.file);
		Random random = new Random(1);
		int rebuilt = 0;
		for (int round = 0; round < 12; round++) {
			byte[] damaged = damage.of(whole, random);
			Files.write(this.file, damaged);
			String told = this.database.prepare().rebuilt();
			assertThat(told != null).isEqualTo(!putAside().isEmpty());
			for (Path aside : putAside()) {
				assertThat(told)
					.contains("is damaged (", "It is made anew from snapshot-", aside.getFileName().toString())
					.doesNotContain("recovery tool");
				assertThat(aside).as("round " + round).hasBinaryContent(damaged);
				Files.delete(aside);
				rebuilt++;
			}
			assertThat(rows()).as("round " + round).isEqualTo(rows(CHANGES));
		}
		assertThat(rebuilt).isGreaterThan(2);
	}

	@Test
	void isRebuiltWhenItIsOlderThanItsSnapshots() throws IOException, SQLException {
		this.database.prepare();
		byte[] older = Files.readAllBytes(this.file);
		fill();
		Files.write(this.file, older);
		this.database.prepare();
		assertThat(rows()).isEqualTo(rows(CHANGES));
		assertThat(putAside()).singleElement().satisfies((aside) -> assertThat(aside).hasBinaryContent(older));
	}

	@Test
	void isNotRebuiltFromASnapshotThatIsDamagedItself() throws IOException, SQLException {
		this.database.prepare();
		fill();
		Path newest = this.data.resolve(this.snapshots.newestFirst().get(0));
		Files.writeString(newest, Files.readString(newest).replace("change 8 ", "chance 8 "));
		this.database.prepare();
		assertThat(rows()).isEqualTo(rows(CHANGES));
		assertThat(putAside()).isEmpty();
	}

	@Test
	void isNotComparedWithASnapshotOfAnotherH2() throws IOException, SQLException {
		this.database.prepare();
		fill();
		this.snapshots.write(new Snapshot("-- H2 2.0.202;\nINSERT INTO another VALUES\n(1, 'form');", CHANGES));
		this.database.prepare();
		assertThat(putAside()).isEmpty();
	}

	@Test
	void countsAMigrationAsAChange() throws SQLException {
		this.database.prepare();
		assertThat(lastChange()).isEqualTo(1);
		// what the last migration made
		execute("drop table bans");
		forgetLastMigration();
		this.database.prepare();
		assertThat(lastChange()).isEqualTo(2);
	}

	private void forgetLastMigration() throws SQLException {
		execute("delete from \"flyway_schema_history\" where \"installed_rank\" = "
				+ "(select max(\"installed_rank\") from \"flyway_schema_history\")");
	}

	@Test
	void isLeftToTheNewerVersionThatWroteIt() throws IOException, SQLException {
		this.database.prepare();
		execute("insert into \"flyway_schema_history\" select 99, '99', 'later', \"type\", 'V99__later.sql', 3, "
				+ "\"installed_by\", \"installed_on\", \"execution_time\", true from \"flyway_schema_history\" "
				+ "where \"version\" = '2'");
		refusesAnotherVersion();
		// nor is its snapshot used
		try (Connection connection = connect()) {
			this.snapshots.write(new Snapshot(script(connection), 1));
		}
		Files.delete(this.file);
		refusesAnotherVersion();
		assertThat(this.file).doesNotExist();
	}

	@Test
	void isLeftToTheProgramThatWroteIt() throws IOException, SQLException {
		execute("create table another (x int)");
		refusesAnotherVersion();
	}

	private void refusesAnotherVersion() throws IOException {
		byte[] before = Files.exists(this.file) ? Files.readAllBytes(this.file) : null;
		assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(this.database::prepare)
			.withMessage("The database " + this.file + " is not one of this version of Heliograph; start the version "
					+ "that wrote it, or set heliograph.data-dir to another directory.");
		if (before != null) {
			assertThat(this.file).hasBinaryContent(before);
		}
	}

	@Test
	void isLeftAsItWasByAMigrationThatFails() throws IOException, SQLException {
		this.database.prepare();
		forgetLastMigration();
		byte[] before = Files.readAllBytes(this.file);
		assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(this.database::prepare)
			.withMessageStartingWith("The database " + this.file + " could not be brought to this version (Table ")
			.withMessageEndingWith(
					") and was left as it was; start again when that is mended, or start the version before.");
		assertThat(this.file).hasBinaryContent(before);
	}

	@Test
	void saysOnceWhichChangesAreLost(CapturedOutput output) throws IOException, SQLException {
		this.database.prepare();
		byte[] older = Files.readAllBytes(this.file);
		fill();
		for (String snapshot : this.snapshots.newestFirst()) {
			Files.delete(this.data.resolve(snapshot));
		}
		new LastAnsweredChange(this.directory).write(CHANGES);
		this.database.prepare();
		assertThat(output).doesNotContain("lost");
		Files.write(this.file, older);
		this.database.prepare();
		assertThat(output).containsOnlyOnce("the changes after change 1, up to change 8, are lost");
		assertThat(putAside()).singleElement().satisfies((aside) -> assertThat(aside).hasBinaryContent(older));
		// no number stands for two states
		assertThat(lastChange()).isEqualTo(CHANGES + 1);
		this.database.prepare();
		assertThat(output).containsOnlyOnce("are lost");
	}

	@Test
	void saysWhichChangesAreNotInTheSnapshot(CapturedOutput output) throws IOException, SQLException {
		this.database.prepare();
		fill();
		new LastAnsweredChange(this.directory).write(CHANGES + 2);
		Files.delete(this.file);
		this.database.prepare();
		assertThat(output).containsOnlyOnce("the changes after change 8, up to change 10, are lost");
		assertThat(rows()).isEqualTo(rows(CHANGES));
		assertThat(lastChange()).isEqualTo(CHANGES + 3);
	}

	@Test
	void isNotMadeAnewWhereChangesWereMade() throws IOException {
		new LastAnsweredChange(this.directory).write(1);
		assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(this.database::prepare)
			.withMessageContaining("cannot be used (it is gone), nor be made anew from a snapshot (there is none)");
		assertThat(this.file).doesNotExist();
	}

	@Test
	void isNotTakenForOlderBecauseOfAFlippedBit() throws IOException {
		this.database.prepare();
		Files.writeString(this.data.resolve("last-change"), "9 1\n");
		this.database.prepare();
		assertThat(putAside()).isEmpty();
	}

	@Test
	void isNotRebuiltWhenTheProcessWasKilled() throws IOException, SQLException {
		this.database.prepare();
		fill();
		byte[] killed;
		try (Connection killedOne = connect(); Statement statement = killedOne.createStatement()) {
			killedOne.setAutoCommit(false);
			statement.execute("insert into t values (0, 'not committed')");
			try (Connection other = connect(); Statement synced = other.createStatement()) {
				synced.execute("checkpoint sync");
			}
			killed = Files.readAllBytes(this.file);
		}
		Files.write(this.file, killed);
		this.database.prepare();
		assertThat(this.file).hasBinaryContent(killed);
		assertThat(rows()).isEqualTo(rows(CHANGES));
		assertThat(putAside()).isEmpty();
	}

	@Test
	void isLeftAloneWhileAnotherProgramHasIt() throws IOException {
		this.database.prepare();
		try (FileChannel other = FileChannel.open(this.file, StandardOpenOption.WRITE)) {
			assertThat(other.tryLock()).isNotNull();
			assertThatExceptionOfType(DataDirectoryUnusable.class).isThrownBy(this.database::prepare)
				.withMessage("The database in " + this.data + " is open in another program; close it there.");
		}
		this.database.prepare();
	}

	/** A kill at any moment leaves nothing half. */
	@Test
	void isWholeWhenItIsThere() throws IOException, SQLException {
		Files.writeString(this.data.resolve("heliograph-next.mv.db"), "half");
		Path copy = this.data.resolve("copy.mv.db");
		CompletableFuture<Void> start = CompletableFuture.runAsync(this.database::prepare);
		Awaitility.await()
			.pollInterval(Duration.ofMillis(1))
			.until(() -> start.isCompletedExceptionally() || Files.exists(this.file));
		Files.copy(this.file, copy);
		start.join();
		try (Connection connection = DriverManager
			.getConnection("jdbc:h2:file:" + this.data.resolve("copy") + ";IFEXISTS=TRUE", H2File.USER, "");
				Statement statement = connection.createStatement();
				ResultSet number = statement.executeQuery("select number from last_change")) {
			assertThat(number.next()).isTrue();
		}
	}

	/** Makes changes, each in a file that is closed, and a snapshot of each. */
	private void fill() throws IOException, SQLException {
		for (int i = 1; i <= CHANGES; i++) {
			try (Connection connection = connect(); Statement statement = connection.createStatement()) {
				statement.execute("create table if not exists t (x int, y varchar)");
				statement.execute("insert into t values (" + row(i) + ")");
				statement.execute("update last_change set number = " + i);
				this.snapshots.write(new Snapshot(script(connection), i));
			}
		}
	}

	private static String script(Connection connection) throws SQLException {
		List<String> script = new ArrayList<>();
		try (Statement statement = connection.createStatement(); ResultSet lines = statement.executeQuery("script")) {
			while (lines.next()) {
				script.add(lines.getString(1));
			}
		}
		return String.join("\n", script);
	}

	private void execute(String sql) throws SQLException {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private Connection connect() throws SQLException {
		return DriverManager.getConnection(new H2File(this.directory, "heliograph").url(), H2File.USER, "");
	}

	private static String row(int change) {
		return change + ", '" + ("value of change " + change + " ").repeat(100) + "'";
	}

	/** All that is there after a change. */
	private static List<String> rows(int change) {
		return IntStream.rangeClosed(1, change).mapToObj(DatabaseFileTests::row).toList();
	}

	private long lastChange() throws SQLException {
		try (Connection connection = connect();
				Statement statement = connection.createStatement();
				ResultSet number = statement.executeQuery("select number from last_change")) {
			assertThat(number.next()).isTrue();
			return number.getLong(1);
		}
	}

	private List<String> rows() throws SQLException {
		List<String> found = new ArrayList<>();
		try (Connection connection = connect();
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select x, y from t order by x")) {
			while (rows.next()) {
				found.add(rows.getInt(1) + ", '" + rows.getString(2) + "'");
			}
		}
		return found;
	}

	private List<Path> putAside() throws IOException {
		try (Stream<Path> files = Files.list(this.data)) {
			return files.filter((path) -> path.getFileName().toString().startsWith("heliograph-unreadable-")).toList();
		}
	}

}
