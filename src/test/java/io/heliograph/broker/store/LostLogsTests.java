package io.heliograph.broker.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/** A store of which a log is lost that is not the last says so. */
@ExtendWith(OutputCaptureExtension.class)
class LostLogsTests {

	private static final Family ROWS = new Family("rows", false);

	private static final Family MORE = new Family("more", false);

	/** A family with more in memory than this has it written to a file. */
	private static final int FAMILY_BYTES = 16 * 1024 * 1024;

	@TempDir
	private Path folder;

	private RocksStore open() {
		return RocksStore.open(this.folder, List.of(ROWS, MORE), StoreSettings.of("always"), Clock.systemUTC());
	}

	private void write(int batches) {
		try (RocksStore store = open()) {
			for (int i = 0; i < batches; i++) {
				write(store, ROWS, 100);
			}
		}
	}

	private static void write(RocksStore store, Family family, int bytes) {
		long position = store.position() + 1;
		Batch batch = new Batch(position);
		batch.put(family, new byte[] { (byte) (position >> 8), (byte) position }, new byte[bytes]);
		store.commit(batch).toCompletableFuture().join();
	}

	private List<Path> logs() throws IOException {
		try (var files = Files.list(this.folder.resolve("db"))) {
			return files.filter((file) -> file.toString().endsWith(".log")).sorted().toList();
		}
	}

	/** The end of a whole number of batches of a log that has six of one size. */
	private static void cut(Path log, int batches) throws IOException {
		try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
			file.setLength(file.length() / 6 * batches);
		}
	}

	private boolean has(RocksStore store, int position) {
		return store.get(ROWS, new byte[] { 0, (byte) position }) != null;
	}

	private List<String> lost() {
		return new LossReport(this.folder.resolve("missing.txt")).lines();
	}

	private void isToldOnce(String name, CapturedOutput output) {
		try (RocksStore store = open()) {
			assertThat(store.reported()).isTrue();
			assertThat(store.position()).isEqualTo(9);
			assertThat(List.of(7, 8, 9)).as("what is left").allMatch((position) -> has(store, position));
		}
		assertThat(lost()).singleElement().asString().contains("gone or not what they were").contains("(" + name + ")");
		write(1);
		try (RocksStore store = open()) {
			assertThat(store.reported()).isFalse();
			assertThat(store.position()).isEqualTo(10);
		}
		assertThat(lost()).hasSize(1);
		assertThat(output).containsOnlyOnce("ERROR");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 3, 5 })
	void areToldIfOneEndsTooEarly(int batches, CapturedOutput output) throws IOException {
		write(6);
		write(3);
		Path log = logs().get(1);
		cut(log, batches);
		isToldOnce(log.getFileName().toString(), output);
	}

	/** What a disk may give for a block that it has lost. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 3 })
	void areToldIfOneEndsInZeros(int batches, CapturedOutput output) throws IOException {
		write(6);
		write(3);
		Path log = logs().get(1);
		long length = log.toFile().length();
		cut(log, batches);
		try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
			file.setLength(length);
		}
		isToldOnce(log.getFileName().toString(), output);
	}

	@Test
	void areToldIfOneIsGone(CapturedOutput output) throws IOException {
		write(6);
		write(3);
		Path log = logs().get(1);
		Files.delete(log);
		isToldOnce(log.getFileName().toString(), output);
	}

	@Test
	void areToldManyStartsLater() throws IOException {
		write(6);
		for (int i = 0; i < 12; i++) {
			write(i % 3);
			assertThat(lost()).isEmpty();
		}
		List<Path> logs = logs();
		cut(logs.get(1), 4);
		Path gone = logs.get(9);
		assertThat(gone.toFile().length()).isPositive();
		Files.delete(gone);
		open().close();
		assertThat(lost()).singleElement()
			.asString()
			.contains("gone or not what they were")
			.contains("(" + logs.get(1).getFileName() + ", " + gone.getFileName() + ")");
	}

	/** Then it needs no log any more, whichever was there. */
	@Test
	void areToldThoughOpeningWritesTheOthersToFiles() throws IOException {
		write(6);
		try (RocksStore store = open()) {
			for (int i = 0; i < 12; i++) {
				write(store, MORE, FAMILY_BYTES / 16);
			}
		}
		Files.delete(logs().get(1));
		StoreSettings small = new StoreSettings(true, "always", DataSize.ofMegabytes(0), DataSize.ofMegabytes(8),
				DataSize.ofMegabytes(8));
		try (RocksStore store = RocksStore.open(this.folder, List.of(ROWS, MORE), small, Clock.systemUTC())) {
			assertThat(this.folder.resolve("db")).isDirectoryContaining("glob:**.sst");
			assertThat(store.reported()).isTrue();
			assertThat(store.position()).isEqualTo(18);
		}
		open().close();
		assertThat(lost()).hasSize(1);
	}

	/** Of these RocksDB itself knows. */
	@Test
	void areToldIfOneOfSeveralOfOneProcessEndsTooEarly() throws IOException {
		Path cut = this.folder;
		long length = 0;
		try (RocksStore store = open()) {
			for (int i = 0; logs().size() < 4; i++) {
				List<Path> before = logs();
				long end = before.get(before.size() - 1).toFile().length();
				// one that is in use for a while before the next one
				write(store, (i % 8 == 0) ? ROWS : MORE, FAMILY_BYTES / 32);
				if (before.size() == 2 && logs().size() == 2) {
					cut = before.get(1);
					length = end;
				}
			}
		}
		try (RandomAccessFile file = new RandomAccessFile(cut.toFile(), "rw")) {
			assertThat(length).isBetween(1000L, file.length() - 1000);
			file.setLength(length);
		}
		String told;
		try (RocksStore store = open()) {
			assertThat(store.position()).isPositive();
			told = lost().toString();
		}
		catch (StoreUnusable ex) {
			told = String.valueOf(ex.getMessage());
		}
		assertThat(told).containsAnyOf("that were on the disk are not there", "is damaged");
	}

	@Test
	void areNotThoseThatAreNeededNoMore() throws IOException {
		write(6);
		write(3);
		Path mark = this.folder.resolve("synced");
		byte[] noted = Files.readAllBytes(mark);
		RocksStore.open(this.folder, List.of(ROWS, MORE), StoreSettings.of("always"), Clock.systemUTC(), true, null)
			.close();
		assertThat(logs()).hasSize(1);
		// as if it had been killed before it noted anything
		Files.write(mark, noted);
		open().close();
		assertThat(lost()).isEmpty();
	}

	@Test
	void areNotThoseThatBecameNeedlessAsItWasInUse() throws IOException {
		write(6);
		try (RocksStore store = open()) {
			for (int i = 0; i < 200; i++) {
				write(store, (i % 2 == 0) ? ROWS : MORE, FAMILY_BYTES / 32);
			}
		}
		open().close();
		assertThat(lost()).isEmpty();
	}

}
