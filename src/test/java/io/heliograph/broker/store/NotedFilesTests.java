package io.heliograph.broker.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.heliograph.broker.store.Manifest.Sum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class NotedFilesTests {

	private static final Instant NOW = Instant.parse("2026-11-30T07:00:00Z");

	@Test
	void areUnknownWhileTheyCannotBeRead(@TempDir Path folder, CapturedOutput output) throws Exception {
		RocksLibrary.load(folder);
		StoreFolder store = new StoreFolder(folder.resolve("broker"));
		try (RocksDatabase database = store.open(List.of(), StoreSettings.of("always"), false)) {
			NotedFiles files = new NotedFiles(store.database(), database, store.logs(), store.losses());
			Path current = store.database().resolve("CURRENT");
			Path manifest = store.database().resolve(Files.readString(current).strip());
			Path away = folder.resolve("away");
			for (int i = 1; i < 3; i++) {
				assertThat(files.mark(i, NOW).manifest().length()).isPositive();
				Files.move(manifest, away);
				assertThat(files.mark(i, NOW).manifest()).isEqualTo(Sum.NONE);
				assertThat(files.mark(i, NOW).position()).isEqualTo(i);
				assertThat(output.getOut().split("cannot be read", -1)).as("told once").hasSize(i + 1);
				Files.move(away, manifest);
			}
			Files.move(current, away);
			assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> files.mark(3, NOW))
				.withMessageContaining("is gone, though it is in use; put it back");
		}
	}

	/** As cp writes a copy over them, which keeps what the file system knows them by. */
	@Test
	void areNoticedToBeOthersThatAreWrittenOverThem(@TempDir Path folder) throws Exception {
		RocksLibrary.load(folder);
		StoreFolder store = new StoreFolder(folder.resolve("broker"));
		try (RocksDatabase database = store.open(List.of(), StoreSettings.of("always"), false)) {
			NotedFiles files = new NotedFiles(store.database(), database, store.logs(), store.losses());
			assertThat(files.mark(1, NOW).manifest().length()).isPositive();
			Path manifest = store.database().resolve(database.manifest());
			byte[] bytes = Files.readAllBytes(manifest);
			Files.write(manifest, Arrays.copyOf(bytes, bytes.length / 2));
			assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> files.mark(2, NOW))
				.withMessageContaining("Another database was put in the place of");
		}
	}

	@Test
	void areNoticedToBeOthersThatTookTheirNames(@TempDir Path folder) throws Exception {
		RocksLibrary.load(folder);
		StoreFolder store = new StoreFolder(folder.resolve("broker"));
		try (RocksDatabase database = store.open(List.of(), StoreSettings.of("always"), false)) {
			NotedFiles files = new NotedFiles(store.database(), database, store.logs(), store.losses());
			files.mark(1, NOW);
			Path manifest = store.database().resolve(database.manifest());
			Path copy = Files.copy(manifest, folder.resolve("copy"));
			Files.move(copy, manifest, StandardCopyOption.REPLACE_EXISTING);
			assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> files.mark(2, NOW))
				.withMessageContaining("Another database was put in the place of");
		}
	}

	/** As when RocksDB is about to use another list of its files. */
	@Test
	void areItsOwnThoughOthersAreNamedForAMoment(@TempDir Path folder) throws Exception {
		RocksLibrary.load(folder);
		StoreFolder store = new StoreFolder(folder.resolve("broker"));
		try (RocksDatabase database = store.open(List.of(), StoreSettings.of("always"), false)) {
			NotedFiles files = new NotedFiles(store.database(), database, store.logs(), store.losses());
			Sum own = files.mark(1, NOW).manifest();
			Path current = store.database().resolve("CURRENT");
			Files.writeString(store.database().resolve("MANIFEST-999999"), "somebody else's");
			for (int time = 0; time < 2; time++) {
				Files.writeString(current, "MANIFEST-999999\n");
				for (int look = 0; look < 5; look++) {
					assertThat(files.mark(2, NOW).manifest()).isEqualTo(own);
				}
				Files.writeString(current, database.manifest() + "\n");
				assertThat(files.mark(2, NOW).manifest()).isEqualTo(own);
			}
			Files.writeString(current, "MANIFEST-999999\n");
			for (int look = 0; look < 5; look++) {
				files.mark(2, NOW);
			}
			assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> files.mark(2, NOW))
				.withMessageContaining("Another database was put in the place of");
		}
	}

}
