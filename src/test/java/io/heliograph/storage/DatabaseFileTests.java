package io.heliograph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** What a start makes of the file of the database as it finds it. */
class DatabaseFileTests {

	private static final int CHANGES = 8;

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
			this.database.prepare();
			for (Path aside : putAside()) {
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
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			// a table of the second version
			statement.execute("drop table last_change");
			statement.execute("delete from \"flyway_schema_history\" where \"version\" = '2'");
		}
		this.database.prepare();
		assertThat(lastChange()).isEqualTo(1);
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
			.getConnection("jdbc:h2:file:" + this.data.resolve("copy") + ";IFEXISTS=TRUE", DatabaseFile.USER, "");
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

	private Connection connect() throws SQLException {
		return DriverManager.getConnection(this.database.url(), DatabaseFile.USER, "");
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

	/** What a power cut or a disk does to a file. */
	enum Damage {

		CUT {
			@Override
			byte[] of(byte[] whole, Random random) {
				return Arrays.copyOf(whole, random.nextInt(whole.length));
			}
		},

		ZEROS {
			@Override
			byte[] of(byte[] whole, Random random) {
				byte[] bytes = whole.clone();
				for (int i = 0; i < 4; i++) {
					int block = random.nextInt(bytes.length / BLOCK) * BLOCK;
					Arrays.fill(bytes, block, block + BLOCK, (byte) 0);
				}
				return bytes;
			}
		},

		ZEROS_TO_THE_END {
			@Override
			byte[] of(byte[] whole, Random random) {
				byte[] bytes = whole.clone();
				Arrays.fill(bytes, random.nextInt(bytes.length), bytes.length, (byte) 0);
				return bytes;
			}
		},

		FLIPPED_BITS {
			@Override
			byte[] of(byte[] whole, Random random) {
				byte[] bytes = whole.clone();
				for (int i = 0; i < 20; i++) {
					bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
				}
				return bytes;
			}
		},

		/** H2 has no checksum of values. */
		A_BIT_OF_A_VALUE {
			@Override
			byte[] of(byte[] whole, Random random) {
				String change = " " + (1 + random.nextInt(CHANGES)) + " ";
				return new String(whole, StandardCharsets.ISO_8859_1).replace("change" + change, "chance" + change)
					.getBytes(StandardCharsets.ISO_8859_1);
			}
		};

		private static final int BLOCK = 4096;

		abstract byte[] of(byte[] whole, Random random);

	}

}
