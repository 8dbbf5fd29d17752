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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of users and rules when the database's file is damaged. */
class SnapshotTests {

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

	@Test
	void rebuildADatabaseOfWhichOneBlockIsDamaged() throws IOException, SQLException {
		int rebuilt = 0;
		for (int block = 2; block < 30; block += 3) {
			try (Stream<Path> files = Files.list(this.data)) {
				for (Path file : files.toList()) {
					Files.delete(file);
				}
			}
			try (DataDirectory directory = new DataDirectory(new StorageSettings(this.data))) {
				Snapshots snapshots = new Snapshots(directory);
				DatabaseFile file = new DatabaseFile(directory, snapshots);
				file.makeReadable();
				fill(file, snapshots);
				damage(block * 4096, 4096);
				file.makeReadable();
				assertThat(rows(file)).isEqualTo(5000);
			}
			rebuilt += files("heliograph-unreadable-").size();
		}
		assertThat(rebuilt).as("some of the damage was seen").isPositive();
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

	private static void fill(DatabaseFile file, Snapshots snapshots) throws IOException, SQLException {
		try (Connection connection = DriverManager.getConnection(file.url(), DatabaseFile.USER, "");
				Statement statement = connection.createStatement()) {
			statement.execute("create table t as select x, random_uuid() as y from system_range(1, 5000)");
			List<String> script = new ArrayList<>();
			try (ResultSet rows = statement.executeQuery("script")) {
				while (rows.next()) {
					script.add(rows.getString(1));
				}
			}
			snapshots.write(script);
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
	void keepTheLastThreeStates() throws IOException {
		try (DataDirectory directory = new DataDirectory(new StorageSettings(this.data))) {
			Snapshots snapshots = new Snapshots(directory);
			for (int i = 1; i <= 12; i++) {
				snapshots.write(List.of("state " + i));
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

}
