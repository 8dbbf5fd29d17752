package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

import io.heliograph.testing.ProgramCondition;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.CompactionOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.FileSystemUtils;
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

	private static final DataSize MORE_THAN_THERE_IS = DataSize.ofTerabytes(1024);

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
			// what is being merged is left alone
			awaitMerged(database);
			deleteEmptyFiles(database);
			assertThat(bytes()).isLessThan(10_000_000);
			isAsItShouldBe(database);
			database.flush();
		}
		try (RocksDatabase database = open()) {
			isAsItShouldBe(database);
		}
	}

	/**
	 * Of a file of which no row is left, a part hides what is in a larger one below.
	 */
	@Test
	void hideOnWhatTheyHidInAFileThatStays() throws Exception {
		RocksLibrary.load(this.folder);
		try (RocksDatabase database = open()) {
			for (int key = 0; key <= 1_000; key += 10) {
				change(database, key, true);
			}
			toLevel(database, 2);
			for (int key = 101; key < 200; key++) {
				// few of them are deletions, so that RocksDB lets the file be
				change(database, key, key % 10 != 0);
			}
			toLevel(database, 1);
			for (int key = 101; key < 200; key++) {
				if (key % 10 != 0) {
					change(database, key, false);
				}
			}
			deleteEmptyFiles(database);
			isAsItShouldBe(database);
		}
		try (RocksDatabase database = open()) {
			isAsItShouldBe(database);
		}
	}

	@Test
	void areLookedForOnceNothingIsOnItsWayAndAgainAfterAMinute() throws Exception {
		RocksLibrary.load(this.folder);
		AtomicLong nanos = new AtomicLong();
		try (RocksDatabase database = open()) {
			DeletedRows deleted = new DeletedRows(folder(), database, MORE_THAN_THERE_IS, new ReentrantLock(),
					nanos::get);
			int files = emptyFiles(database);
			nanos.addAndGet(Duration.ofSeconds(3).toNanos() - 1);
			deleted.giveBackIfFull(1);
			assertThat(tables()).hasSize(files);
			nanos.incrementAndGet();
			giveBack(deleted, 1);
			assertThat(tables()).hasSizeLessThan(files);
			files = emptyFiles(database);
			nanos.addAndGet(Duration.ofMinutes(1).toNanos() - 1);
			giveBack(deleted, 1);
			assertThat(tables()).hasSize(files);
			nanos.incrementAndGet();
			giveBack(deleted, 1);
			assertThat(tables()).hasSizeLessThan(files);
			files = emptyFiles(database);
			giveBack(deleted, 2);
			assertThat(tables()).hasSizeLessThan(files);
		}
	}

	/**
	 * Of their rows none is left, though RocksDB does not know that; returns how many.
	 */
	private int emptyFiles(RocksDatabase database) throws Exception {
		for (int key = 0; key < 10; key++) {
			change(database, key, true);
		}
		toLevel(database, 2);
		awaitMerged(database);
		for (int key = 0; key < 10; key++) {
			change(database, key, false);
		}
		return tables().size();
	}

	/** In one look or more: each has an end after some time. */
	private static void giveBack(DeletedRows deleted, long position) {
		for (int i = 0; i < 10; i++) {
			deleted.giveBackIfFull(position);
		}
	}

	/** Moves what was written to a level. */
	private static void toLevel(RocksDatabase database, int level) throws Exception {
		database.flush();
		RocksDB inside = (RocksDB) ReflectionTestUtils.getField(database, "database");
		for (Object of : (List<?>) ReflectionTestUtils.getField(database, "handles")) {
			ColumnFamilyHandle handle = (ColumnFamilyHandle) of;
			List<String> files = inside.getLiveFilesMetaData()
				.stream()
				.filter((file) -> file.level() == 0 && Arrays.equals(file.columnFamilyName(), name(handle)))
				.map(LiveFileMetaData::fileName)
				.toList();
			if (!files.isEmpty()) {
				try (CompactionOptions options = new CompactionOptions()) {
					inside.compactFiles(options, handle, files, level, -1, null);
				}
			}
		}
	}

	private static byte[] name(ColumnFamilyHandle handle) {
		try {
			return handle.getName();
		}
		catch (RocksDBException ex) {
			throw new IllegalStateException(ex);
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

	/** While they are read RocksDB keeps the files, and deletes them afterwards. */
	@Test
	void deleteNoFilesOfAnotherOnceTheDatabaseIsAbandoned() throws Exception {
		RocksLibrary.load(this.folder);
		RocksDatabase database = open();
		for (int i = 0; i < 5_000; i++) {
			change(database, i, true);
		}
		database.flush();
		List<Path> files = new ArrayList<>();
		database.scan(ROWS, new KeyRange(key(0), key(KEYS)), false, (key, value) -> {
			try {
				for (int i = 0; i < 5_000; i++) {
					change(database, i, false);
				}
				database.flush();
				await().atMost(Duration.ofSeconds(30))
					.until(() -> database.sum("rocksdb.live-sst-files-size") < database
						.sum("rocksdb.total-sst-files-size"));
				files.addAll(tables());
				database.abandon();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			return false;
		});
		assertThat(tables()).isEqualTo(files);
	}

	/** RocksDB lets nobody write while it has many files that it cannot merge. */
	@RequiresProgram(value = { "unshare", "mount" }, apt = "util-linux mount")
	@EnabledIf(value = "io.heliograph.testing.HeliographProcess#mayHaveDisk",
			disabledReason = ProgramCondition.REASON + "a mount that this user may make (run as root)")
	@Test
	void letOthersWriteForeverOnADiskThatStaysFull() throws Exception {
		try (StoreProcess process = new StoreProcess(
				List.of("unshare", "--map-root-user", "--mount", "sh", "-c",
						"mount -t tmpfs -o size=96m tmpfs \"$0\" && exec \"$@\"", this.folder.toString()),
				FullForever.class, this.folder.toString())) {
			assertThat(process.rest()).endsWith("as it should be");
		}
	}

	private static void deleteEmptyFiles(RocksDatabase database) throws Exception {
		int looked = 0;
		do {
			looked = database.deleteEmptyFiles(looked);
		}
		while (looked >= 0);
	}

	private static void awaitMerged(RocksDatabase database) {
		await().atMost(Duration.ofSeconds(60))
			.until(() -> !database.isFlushing() && database.sum("rocksdb.compaction-pending")
					+ database.sum("rocksdb.num-running-compactions") == 0);
	}

	private RocksDatabase open() {
		return folder().open(List.of(ROWS, ONCE), SMALL, false);
	}

	private StoreFolder folder() {
		return new StoreFolder(this.folder.resolve("broker"));
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
		return tables().stream().mapToLong((file) -> file.toFile().length()).sum();
	}

	private List<Path> tables() throws Exception {
		try (Stream<Path> files = Files.list(this.folder.resolve("broker/db"))) {
			return files.filter((file) -> file.toString().endsWith(".sst")).sorted().toList();
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
			DeletedRows deleted = new DeletedRows(test.folder(), database, MORE_THAN_THERE_IS, new ReentrantLock(),
					System::nanoTime);
			await().atMost(Duration.ofSeconds(60))
				.pollInSameThread()
				.untilAsserted(() -> assertThatExceptionOfType(StoreFailed.class)
					.isThrownBy(() -> deleted.giveBackIfFull(System.nanoTime())));
			assertThat(database.syncFailed()).isTrue();
			database.close();
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

	/** What is to happen on a small disk of its own, of which little is deleted. */
	static final class FullForever {

		private static final int ROUNDS = 32;

		/** From so many on RocksDB makes those wait who write. */
		private static final int SLOW = 20;

		private static final int MOST_DISKS = 5;

		private final Random random;

		private final AtomicLong nanos = new AtomicLong();

		public static void main(String[] args) throws Exception {
			DeletedRowsTests test = new DeletedRowsTests();
			test.folder = Path.of(args[0]);
			RocksLibrary.load(test.folder);
			for (int seed = 1; !ranToItsEnd(test, seed); seed++) {
				assertThat(seed).isLessThan(MOST_DISKS);
				FileSystemUtils.deleteRecursively(test.folder.resolve("broker"));
				Files.delete(test.folder.resolve("filler"));
			}
			System.out.println("as it should be");
			System.exit(0);
		}

		/** Not if a merge that was tried again took the room of a flush. */
		private static boolean ranToItsEnd(DeletedRowsTests test, int seed) throws Exception {
			// closed before the end: RocksDB's threads log, which a JVM that ends cannot
			try (RocksDatabase database = test.open()) {
				new FullForever(seed).run(test, database);
				return true;
			}
			catch (RocksDBException ex) {
				assertThat(ex).hasMessageContaining("No space left");
				return false;
			}
		}

		private FullForever(int seed) {
			this.random = new Random(seed);
		}

		private void run(DeletedRowsTests test, RocksDatabase database) throws Exception {
			DeletedRows deleted = new DeletedRows(test.folder(), database, MORE_THAN_THERE_IS, new ReentrantLock(),
					this.nanos::get);
			while (test.folder.toFile().getUsableSpace() > 20_000_000) {
				Batch batch = new Batch(1);
				batch.put(ROWS, key(this.random.nextInt()), new byte[10_000]);
				write(database, batch);
			}
			await().atMost(Duration.ofSeconds(60))
				.until(() -> database.sum("rocksdb.background-errors") > 0 || database.sum("rocksdb.compaction-pending")
						+ database.sum("rocksdb.num-running-compactions") == 0);
			long filler = Math.max(0, test.folder.toFile().getUsableSpace() - 25_000_000);
			Files.write(test.folder.resolve("filler"), new byte[Math.toIntExact(filler)]);
			for (int i = 0; i < ROUNDS; i++) {
				Batch batch = new Batch(1);
				for (int j = 0; j < 40_000; j++) {
					batch.delete(ROWS, key(this.random.nextInt()));
				}
				write(database, batch);
				database.sync();
				this.nanos.addAndGet(Duration.ofSeconds(11).toNanos());
				deleted.giveBackIfFull(i);
				await().atMost(Duration.ofSeconds(60)).until(() -> !database.isFlushing());
				assertThat(database.mostNewFiles()).isLessThan(SLOW);
			}
		}

		private static void write(RocksDatabase database, Batch batch) throws RocksDBException {
			database.write(BatchBytes.of(batch, new byte[] { 0 }, new byte[] { 0 }, database.numbers()));
		}

	}

}
