package io.heliograph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
		damage();
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

	@Test
	void keepTheLastFiveStates() throws IOException {
		try (DataDirectory directory = new DataDirectory(new StorageSettings(this.data.toString()))) {
			Snapshots snapshots = new Snapshots(directory);
			for (int i = 1; i <= 12; i++) {
				snapshots.write(new Snapshot("state " + i, i));
			}
			assertThat(snapshots.newestFirst()).containsExactly("snapshot-12.sql", "snapshot-11.sql", "snapshot-10.sql",
					"snapshot-9.sql", "snapshot-8.sql");
			assertThat(files("snapshot-")).extracting(Path::getFileName)
				.extracting(Path::toString)
				.containsExactly("snapshot-10.sql", "snapshot-11.sql", "snapshot-12.sql", "snapshot-8.sql",
						"snapshot-9.sql");
			assertThat(Files.readString(this.data.resolve("snapshot-12.sql"))).startsWith("state 12\n");
		}
	}

	/** Changes every third byte of the database. */
	private void damage() throws IOException {
		Path file = this.data.resolve("heliograph.mv.db");
		byte[] bytes = Files.readAllBytes(file);
		for (int i = 0; i < bytes.length; i += 3) {
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
