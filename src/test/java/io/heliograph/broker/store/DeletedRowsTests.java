package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Files of which no row is left can be deleted, and none of what they hide comes back.
 */
class DeletedRowsTests {

	private static final Family ROWS = new Family("rows", false);

	private static final Family ONCE = new Family("once", true);

	private static final int BYTES = 4_000;

	private static final int KEYS = 20_000;

	private static final StoreSettings SMALL = new StoreSettings(true, "always", DataSize.ofMegabytes(0),
			DataSize.ofMegabytes(8), DataSize.ofMegabytes(8));

	@TempDir
	private Path folder;

	private final Set<Integer> present = new TreeSet<>();

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4 })
	void giveBackTheirRoomAndStayAway(int seed) throws Exception {
		RocksLibrary.load(this.folder);
		Random random = new Random(seed);
		try (RocksDatabase database = open()) {
			for (int i = 0; i < KEYS; i++) {
				change(database, i, true);
			}
			for (int i = 0; i < 12; i++) {
				int from = random.nextInt(KEYS);
				int to = Math.min(KEYS, from + random.nextInt(KEYS / 3));
				for (int key : List.copyOf(this.present)) {
					if (key >= from && key < to) {
						change(database, key, false);
					}
				}
				if (random.nextBoolean()) {
					database.flush();
				}
				deleteEmptyFiles(database);
				isAsItShouldBe(database);
			}
			for (int key : List.copyOf(this.present)) {
				change(database, key, false);
			}
			deleteEmptyFiles(database);
			assertThat(bytes()).isLessThan(10_000_000);
			isAsItShouldBe(database);
			database.flush();
		}
		try (RocksDatabase database = open()) {
			isAsItShouldBe(database);
		}
	}

	/** Else what was acknowledged before might never be there, and nobody know. */
	@RequiresProgram(value = "strace", apt = "strace")
	@Test
	void failTheStoreIfTheirDeletionCannotBeBroughtToTheDisk() throws Exception {
		try (StoreProcess process = new StoreProcess(List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e",
				"trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=1000+"), FailedSync.class,
				this.folder.toString())) {
			assertThat(process.rest()).endsWith("as it should be");
		}
	}

	private static void deleteEmptyFiles(RocksDatabase database) throws Exception {
		int looked = 0;
		do {
			looked = database.deleteEmptyFiles(looked);
		}
		while (looked > 0);
	}

	private RocksDatabase open() {
		return new StoreFolder(this.folder.resolve("broker")).open(List.of(ROWS, ONCE), SMALL, false);
	}

	private void change(RocksDatabase database, int key, boolean put) throws Exception {
		Batch batch = new Batch(1);
		for (Family family : List.of(ROWS, ONCE)) {
			if (put) {
				batch.put(family, key(key), new byte[BYTES]);
				this.present.add(key);
			}
			else {
				batch.delete(family, key(key));
				this.present.remove(key);
			}
		}
		database.write(BatchBytes.of(batch, new byte[] { 0 }, new byte[] { 0 }, database.numbers()));
	}

	private static byte[] key(int number) {
		return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
	}

	private void isAsItShouldBe(RocksDatabase database) throws Exception {
		for (Family family : List.of(ROWS, ONCE)) {
			Set<Integer> found = new TreeSet<>();
			database.scan(family, new KeyRange(key(0), key(KEYS)), false,
					(key, value) -> found.add(ByteBuffer.wrap(key).getInt()));
			assertThat(found).isEqualTo(this.present);
		}
	}

	private long bytes() throws Exception {
		try (Stream<Path> files = Files.list(this.folder.resolve("broker/db"))) {
			return files.filter((file) -> file.toString().endsWith(".sst"))
				.mapToLong((file) -> file.toFile().length())
				.sum();
		}
	}

	/** What is to happen where the disk fails from some sync of a thread on. */
	static final class FailedSync {

		public static void main(String[] args) throws Exception {
			DeletedRowsTests test = new DeletedRowsTests();
			test.folder = Path.of(args[0]);
			RocksLibrary.load(test.folder);
			RocksDatabase database = test.open();
			for (int i = 0; i < 10_000; i++) {
				test.change(database, i, true);
			}
			// in memory alone: else RocksDB might give back all by itself
			for (int i = 0; i < 10_000; i++) {
				test.change(database, i, false);
			}
			assertThat(database.syncFailed()).isFalse();
			assertThatIOException().isThrownBy(() -> failSyncs(test.folder.resolve("scratch")));
			DeletedRows deleted = new DeletedRows(database, () -> 0, DataSize.ofMegabytes(1), new ReentrantLock());
			await().atMost(Duration.ofSeconds(60))
				.pollInSameThread()
				.untilAsserted(() -> assertThatExceptionOfType(StoreFailed.class)
					.isThrownBy(() -> deleted.giveBackIfFull(System.nanoTime())));
			assertThat(database.syncFailed()).isTrue();
			System.out.println("as it should be");
			System.exit(0);
		}

		private static void failSyncs(Path file) throws IOException {
			try (FileChannel scratch = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
				for (int i = 0; i < 2_000; i++) {
					scratch.write(ByteBuffer.allocate(1));
					scratch.force(false);
				}
			}
		}

	}

}
