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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.heliograph.testing.Heliograph;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of users and rules when the database's file is damaged. */
class SnapshotTests {

	private static final int CHANGES = 8;

	@TempDir
	private Path data;

	@Test
	void rebuildAnUnreadableDatabase() throws IOException {
		try (Heliograph heliograph = Heliograph.start(this.data)) {
			heliograph.user("glass-42").user("backend", "'PUBLISHER'");
			heliograph.rule("glass-42", "read", "glass/42/#");
		}
		damage(0, Integer.MAX_VALUE);
		try (Heliograph heliograph = Heliograph.start(this.data)) {
			assertThat(heliograph.admin().get("/api/admin/users").expect(200).body()).contains("admin", "glass-42",
					"\"backend\",\"enabled\":true,\"role\":\"PUBLISHER\"");
			assertThat(heliograph.admin().get("/api/admin/acl/rules").expect(200).body()).contains("glass/42/#");
			// numbers are never used again, in the rebuilt database neither
			heliograph.admin().delete("/api/admin/users/glass-42").expect(204);
			heliograph.user("glass-43");
			assertThat(heliograph.rule("glass-43", "read", "a")).isGreaterThan(1);
		}
		assertThat(files("heliograph-unreadable-")).hasSize(1);
	}

	/** H2 opens many of them without a word, as they were some changes before. */
	@ParameterizedTest
	@EnumSource
	void rebuildADamagedDatabase(Damage damage) throws IOException, SQLException {
		try (DataDirectory directory = new DataDirectory(new StorageSettings(this.data.toString()))) {
			Snapshots snapshots = new Snapshots(directory);
			DatabaseFile database = new DatabaseFile(directory, snapshots);
			database.prepare();
			fill(database, snapshots);
			Path file = this.data.resolve("heliograph.mv.db");
			byte[] whole = Files.readAllBytes(file);
			Random random = new Random(1);
			for (int round = 0; round < 12; round++) {
				Files.write(file, damage.of(whole, random));
				database.prepare();
				assertThat(rows(database)).as("round " + round).isEqualTo(CHANGES);
			}
		}
		assertThat(files("heliograph-unreadable-")).as("seen damage").hasSizeGreaterThan(2);
	}

	@Test
	void rebuildADatabaseThatIsGoneFromTheNewestThatIsWhole() throws IOException {
		try (Heliograph heliograph = Heliograph.start(this.data)) {
			heliograph.user("glass-42");
		}
		List<Path> snapshots = files("snapshot-");
		Path newest = snapshots.get(snapshots.size() - 1);
		Files.writeString(this.data.resolve("snapshot-98.sql"), "");
		Files.writeString(this.data.resolve("snapshot-99.sql"),
				Files.readString(newest).substring(0, (int) Files.size(newest) / 2));
		Files.delete(this.data.resolve("heliograph.mv.db"));
		try (Heliograph heliograph = Heliograph.start(this.data)) {
			heliograph.admin().get("/api/admin/users/glass-42").expect(200);
		}
	}

	@Test
	void rebuildADatabaseThatWasCutToItsHeaders() throws IOException {
		try (Heliograph heliograph = Heliograph.start(this.data)) {
			heliograph.user("glass-42");
		}
		try (FileChannel file = FileChannel.open(this.data.resolve("heliograph.mv.db"), StandardOpenOption.WRITE)) {
			file.truncate(8192);
		}
		try (Heliograph heliograph = Heliograph.start(this.data)) {
			heliograph.admin().get("/api/admin/users/glass-42").expect(200);
		}
	}

	/** Makes changes, each in a file that is closed, and a snapshot of the last one. */
	private static void fill(DatabaseFile file, Snapshots snapshots) throws IOException, SQLException {
		for (int i = 1; i <= CHANGES; i++) {
			try (Connection connection = DriverManager.getConnection(file.url(), DatabaseFile.USER, "");
					Statement statement = connection.createStatement()) {
				statement.execute("create table if not exists t (x int, y varchar)");
				statement.execute("insert into t values (" + i + ", repeat(random_uuid(), 50))");
				statement.execute("update last_change set number = " + i);
				List<String> script = new ArrayList<>();
				try (ResultSet rows = statement.executeQuery("script")) {
					while (rows.next()) {
						script.add(rows.getString(1));
					}
				}
				snapshots.write(script, i);
			}
		}
	}

	private static int rows(DatabaseFile file) throws SQLException {
		try (Connection connection = DriverManager.getConnection(file.url(), DatabaseFile.USER, "");
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("select count(distinct y) from t")) {
			rows.next();
			return rows.getInt(1);
		}
	}

	@Test
	void areWrittenAgainAfterAStartThatFindsNewerChanges() throws IOException {
		try (Heliograph heliograph = Heliograph.start(this.data)) {
			heliograph.user("glass-42");
		}
		Path newest = files("snapshot-").get(files("snapshot-").size() - 1);
		Files.delete(newest);
		Heliograph.start(this.data).close();
		assertThat(newest).content().contains("glass-42");
	}

	/** A kill at any moment leaves none that is half made. */
	@Test
	void areNotNeededForADatabaseWhoseFirstStartWasCutOff() throws IOException, SQLException {
		Files.writeString(this.data.resolve("heliograph-next.mv.db"), "half");
		Path copy = this.data.resolve("copy.mv.db");
		try (DataDirectory directory = new DataDirectory(new StorageSettings(this.data.toString()))) {
			DatabaseFile file = new DatabaseFile(directory, new Snapshots(directory));
			CompletableFuture<Void> start = CompletableFuture.runAsync(file::prepare);
			Awaitility.await()
				.pollInterval(Duration.ofMillis(1))
				.until(() -> start.isCompletedExceptionally() || Files.exists(this.data.resolve("heliograph.mv.db")));
			Files.copy(this.data.resolve("heliograph.mv.db"), copy);
			start.join();
		}
		try (Connection connection = DriverManager
			.getConnection("jdbc:h2:file:" + this.data.resolve("copy") + ";IFEXISTS=TRUE", DatabaseFile.USER, "");
				Statement statement = connection.createStatement();
				ResultSet number = statement.executeQuery("select number from last_change")) {
			assertThat(number.next()).isTrue();
		}
	}

	@Test
	void keepTheLastThreeStates() throws IOException {
		try (DataDirectory directory = new DataDirectory(new StorageSettings(this.data.toString()))) {
			Snapshots snapshots = new Snapshots(directory);
			for (int i = 1; i <= 12; i++) {
				snapshots.write(List.of("state " + i), i);
			}
			assertThat(snapshots.newestFirst()).containsExactly("snapshot-12.sql", "snapshot-11.sql",
					"snapshot-10.sql");
			assertThat(files("snapshot-")).extracting(Path::getFileName)
				.extracting(Path::toString)
				.containsExactly("snapshot-10.sql", "snapshot-11.sql", "snapshot-12.sql");
			assertThat(Files.readString(this.data.resolve("snapshot-12.sql"))).startsWith("state 12\n");
		}
	}

	private void damage(int start, int length) throws IOException {
		Path file = this.data.resolve("heliograph.mv.db");
		byte[] bytes = Files.readAllBytes(file);
		for (int i = start; i < bytes.length && i - start < length; i += 3) {
			bytes[i] ^= 0x55;
		}
		Files.write(file, bytes);
	}

	private List<Path> files(String prefix) throws IOException {
		try (Stream<Path> files = Files.list(this.data)) {
			return files.filter((file) -> file.getFileName().toString().startsWith(prefix))
				.sorted(Comparator.comparing(Path::toString))
				.toList();
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
				for (int i = 0; i < 400; i++) {
					bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
				}
				return bytes;
			}
		};

		private static final int BLOCK = 4096;

		abstract byte[] of(byte[] whole, Random random);

	}

}
