package io.heliograph.broker.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import io.heliograph.broker.store.Manifest.Sum;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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

	@TempDir
	private Path folder;

	private StoreFolder store;

	private RocksDatabase database;

	private NotedFiles files;

	@BeforeEach
	void open() {
		RocksLibrary.load(this.folder);
		this.store = new StoreFolder(this.folder.resolve("broker"));
		this.database = this.store.open(List.of(), StoreSettings.of("always"), false);
		this.files = new NotedFiles(this.store.database(), this.database, this.store.logs(), this.store.losses());
	}

	@AfterEach
	void close() {
		this.database.close();
	}

	@Test
	void areUnknownWhileTheyCannotBeRead(CapturedOutput output) throws Exception {
		Path current = this.store.database().resolve("CURRENT");
		Path manifest = this.store.database().resolve(Files.readString(current).strip());
		Path away = this.folder.resolve("away");
		for (int i = 1; i < 3; i++) {
			assertThat(this.files.mark(i, NOW).manifest().length()).isPositive();
			Files.move(manifest, away);
			assertThat(this.files.mark(i, NOW).manifest()).isEqualTo(Sum.NONE);
			assertThat(this.files.mark(i, NOW).position()).isEqualTo(i);
			assertThat(output.getOut().split("cannot be read", -1)).as("told once").hasSize(i + 1);
			Files.move(away, manifest);
		}
		Files.move(current, away);
		assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> this.files.mark(3, NOW))
			.withMessageContaining("is gone, though it is in use; put it back");
	}

	/** As cp writes a copy over them, which keeps what the file system knows them by. */
	@Test
	void areNoticedToBeOthersThatAreWrittenOverThem() throws Exception {
		assertThat(this.files.mark(1, NOW).manifest().length()).isPositive();
		Path manifest = this.store.database().resolve(this.database.manifest());
		byte[] bytes = Files.readAllBytes(manifest);
		Files.write(manifest, Arrays.copyOf(bytes, bytes.length / 2));
		assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> this.files.mark(2, NOW))
			.withMessageContaining("Another database was put in the place of");
	}

	@Test
	void areNoticedToBeOthersThatTookTheirNames() throws Exception {
		this.files.mark(1, NOW);
		Path manifest = this.store.database().resolve(this.database.manifest());
		Path copy = Files.copy(manifest, this.folder.resolve("copy"));
		Files.move(copy, manifest, StandardCopyOption.REPLACE_EXISTING);
		assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> this.files.mark(2, NOW))
			.withMessageContaining("Another database was put in the place of");
	}

	/** As when RocksDB is about to use another list of its files. */
	@Test
	void areItsOwnThoughOthersAreNamedForAMoment() throws Exception {
		Sum own = this.files.mark(1, NOW).manifest();
		Path current = this.store.database().resolve("CURRENT");
		Files.writeString(this.store.database().resolve("MANIFEST-999999"), "somebody else's");
		for (int time = 0; time < 2; time++) {
			Files.writeString(current, "MANIFEST-999999\n");
			for (int look = 0; look < 5; look++) {
				assertThat(this.files.mark(2, NOW).manifest()).isEqualTo(own);
			}
			Files.writeString(current, this.database.manifest() + "\n");
			assertThat(this.files.mark(2, NOW).manifest()).isEqualTo(own);
		}
		Files.writeString(current, "MANIFEST-999999\n");
		for (int look = 0; look < 5; look++) {
			this.files.mark(2, NOW);
		}
		assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> this.files.mark(2, NOW))
			.withMessageContaining("Another database was put in the place of");
	}

}
