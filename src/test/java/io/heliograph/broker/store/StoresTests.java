package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import io.heliograph.testing.MovedClock;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
class StoresTests {

	private static final Family ROWS = new Family("rows", false);

	private static final List<Family> FAMILIES = List.of(ROWS);

	@TempDir
	private Path directory;

	private Path folder;

	@BeforeEach
	void makeFolder() throws IOException {
		this.folder = Files.createDirectory(this.directory.resolve("broker"));
	}

	private static void put(Store store) {
		Batch batch = new Batch(store.position() + 1);
		batch.put(ROWS, new byte[1], new byte[1000]);
		store.commit(batch).toCompletableFuture().join();
	}

	@Test
	void openTheSameStoreAgain() {
		Stores stores = Stores.in(this.folder, StoreSettings.of("5s"), Clock.systemUTC());
		assertThat(stores.figures()).isEmpty();
		assertThat(stores.promise()).contains("up to that much may be lost");
		try (Store store = stores.open(FAMILIES)) {
			put(store);
			assertThat(stores.figures()).containsEntry("commits", 1L)
				.hasEntrySatisfying("folderBytes", (bytes) -> assertThat((Long) bytes).isGreaterThan(1000))
				.hasEntrySatisfying("writeBufferBytes", (bytes) -> assertThat((Long) bytes).isPositive());
		}
		assertThat(stores.figures()).isEmpty();
		try (Store store = stores.open(FAMILIES)) {
			assertThat(store.get(ROWS, new byte[1])).hasSize(1000);
			assertThat(stores.lastUse()).isPresent();
		}
	}

	@Test
	void openNothingElseInThePlaceOfWhatIsGone() throws IOException {
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		try (Store store = stores.open(FAMILIES)) {
			put(store);
		}
		Path moved = this.folder.resolveSibling("moved");
		Files.move(this.folder, moved);
		assertThatExceptionOfType(StoreUnusable.class).isThrownBy(() -> stores.open(FAMILIES).close())
			.withMessageContaining("is gone, though it was in use")
			.matches((failure) -> !failure.damaged());
		assertThat(this.folder).doesNotExist();
		Files.move(moved, this.folder);
		try (Store store = stores.open(FAMILIES)) {
			assertThat(store.position()).isEqualTo(1);
		}
		assertThat(stores.missing()).isEmpty();
	}

	@Test
	void sayWhatIsMissingFromACopyInThePlaceOfWhatWasInUse() throws IOException {
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		try (Store store = stores.open(FAMILIES)) {
			put(store);
		}
		Path copy = this.folder.resolveSibling("copy");
		FileSystemUtils.copyRecursively(this.folder, copy);
		try (Store store = stores.open(FAMILIES)) {
			put(store);
			put(store);
		}
		FileSystemUtils.deleteRecursively(this.folder);
		Files.move(copy, this.folder);
		try (Store store = stores.open(FAMILIES)) {
			assertThat(store.position()).as("none stands for two batches").isEqualTo(3);
			assertThat(stores.missing().orElseThrow().lost()).singleElement()
				.asString()
				.contains("2 commits that were on the disk are not there");
		}
	}

	/**
	 * What counts while it is away, as the expiry of sessions, counts from then, whatever
	 * the folder still tells of it.
	 */
	@Test
	void knowWhenTheStoreThatFailedWasUsedLast() throws IOException {
		MovedClock clock = new MovedClock();
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), clock);
		stores.open(FAMILIES).close();
		Path copy = copy();
		Store store = stores.open(FAMILIES);
		clock.move(Duration.ofHours(1));
		Instant used = clock.instant();
		for (int i = 0; i < 50; i++) {
			put(store);
		}
		store.close();
		putBack(copy);
		clock.move(Duration.ofHours(5));
		try (Store again = stores.open(FAMILIES)) {
			assertThat(again.position()).isEqualTo(50);
			assertThat(stores.lastUse()).contains(used);
		}
	}

	@Test
	void knowUntilWhenSomethingMayBeMissingThoughNothingWasCommittedSince() throws IOException {
		MovedClock clock = new MovedClock();
		Instant before = clock.instant();
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), clock);
		stores.open(FAMILIES).close();
		Path copy = copy();
		clock.move(Duration.ofHours(1));
		try (Store store = stores.open(FAMILIES)) {
			put(store);
		}
		clock.move(Duration.ofHours(1));
		stores.open(FAMILIES).close();
		putBack(copy);
		clock.move(Duration.ofHours(1));
		stores.open(FAMILIES).close();
		assertThat(stores.missing().orElseThrow().lost()).singleElement()
			.asString()
			.contains("1 commit that was on the disk is not there; what was acknowledged between the beginning and "
					+ before.plus(Duration.ofHours(1)));
	}

	private Path copy() throws IOException {
		Path copy = this.folder.resolveSibling("copy");
		FileSystemUtils.copyRecursively(this.folder, copy);
		return copy;
	}

	private void putBack(Path copy) throws IOException {
		FileSystemUtils.deleteRecursively(this.folder);
		Files.move(copy, this.folder);
	}

	/** The operating system may have forgotten what it could not write. */
	@RequiresProgram(value = "strace", apt = "strace")
	@Test
	void writeAnewWhatAFailedSyncMayHaveLost() throws Exception {
		try (StoreProcess process = new StoreProcess(List.of("strace", "-f", "-qq", "-o", "/dev/null", "-e",
				"trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=60+"), FailedSync.class,
				this.folder.toString())) {
			assertThat(process.rest()).endsWith("as it should be");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void takeNothingIntoAFolderThatIsGone(boolean emptyInItsPlace, CapturedOutput output) throws IOException {
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		Path moved = this.folder.resolveSibling("moved");
		long acknowledged;
		try (Store store = stores.open(FAMILIES)) {
			put(store);
			Files.move(this.folder, moved);
			if (emptyInItsPlace) {
				Files.createDirectory(this.folder);
			}
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> put(store))
					.withStackTraceContaining(
							"the database " + this.folder.resolve("db") + " is gone, though it is in use")
					.withStackTraceContaining("put it back, or mount again"));
			acknowledged = store.position();
			assertThat(stores.haveRoom()).isTrue();
		}
		assertThat(output).doesNotContain("cannot be read");
		assertThatExceptionOfType(StoreUnusable.class).isThrownBy(() -> stores.open(FAMILIES).close())
			.withMessageContaining("is gone, though it was in use");
		if (emptyInItsPlace) {
			Files.delete(this.folder);
		}
		Files.move(moved, this.folder);
		try (Store store = stores.open(FAMILIES)) {
			assertThat(store.position()).isGreaterThanOrEqualTo(acknowledged - 1);
		}
		assertThat(stores.missing()).isEmpty();
	}

	/**
	 * A copy that is brought back while the server runs. To what is in its files RocksDB,
	 * which knows them by their names, does nothing.
	 */
	@ParameterizedTest
	@EnumSource
	void takeNothingIntoADatabaseThatAnotherIsInThePlaceOf(Replacement replacement) throws IOException {
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		try (Store store = stores.open(FAMILIES)) {
			putLarge(store, 20);
		}
		Path copy = copy();
		if (replacement == Replacement.NEWER_FILES) {
			for (int i = 0; i < 3; i++) {
				Stores.in(copy, StoreSettings.of("always"), Clock.systemUTC()).open(FAMILIES).close();
			}
		}
		Map<String, Integer> before;
		try (Store store = stores.open(FAMILIES)) {
			putLarge(store, 80);
			replace(this.folder, copy, replacement);
			before = contents(this.folder.resolve("db"));
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> put(store))
					.withStackTraceContaining("Another database was put in the place of " + this.folder.resolve("db")
							+ ", which was in use")
					.withStackTraceContaining("stop the server"));
		}
		assertThat(contents(this.folder.resolve("db"))).isEqualTo(before);
		assertThat(new StoreFolder(this.folder).losses().lines()).singleElement()
			.asString()
			.contains("It was put in the place of another that was in use");
	}

	/** It does not find its own files, and fails, before others are looked at. */
	@Test
	void takeNothingIntoADatabaseThatAnotherIsInThePlaceOfThoughRocksDbSeesThatFirst() throws Exception {
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		try (Store store = stores.open(FAMILIES)) {
			putLarge(store, 20);
		}
		Path copy = copy();
		Map<String, Integer> before;
		try (Store store = stores.open(FAMILIES)) {
			RocksDatabase database = (RocksDatabase) ReflectionTestUtils.getField(store, "database");
			// past what looks at the files
			database.write(BatchBytes.of(new Batch(1), new byte[1], new byte[1], database.numbers()));
			Files.move(this.folder, this.folder.resolveSibling("moved"));
			assertThatExceptionOfType(RocksDBException.class).isThrownBy(database::flush);
			Files.move(copy, this.folder);
			before = contents(this.folder.resolve("db"));
			assertThatExceptionOfType(StoreFailed.class).isThrownBy(() -> put(store))
				.withMessageContaining("Another database was put in the place of");
		}
		assertThat(contents(this.folder.resolve("db"))).isEqualTo(before);
		assertThat(new StoreFolder(this.folder).losses().lines()).singleElement()
			.asString()
			.contains("It was put in the place of another that was in use");
	}

	/** How a copy is brought back. */
	private enum Replacement {

		FOLDER,

		/** As rsync does. */
		OLDER_FILES,

		/** The copy was in use meanwhile. */
		NEWER_FILES

	}

	private static void replace(Path folder, Path copy, Replacement replacement) throws IOException {
		switch (replacement) {
			case FOLDER -> {
				Files.move(folder, folder.resolveSibling("moved"));
				Files.move(copy, folder);
			}
			case OLDER_FILES, NEWER_FILES -> replaceFiles(copy.resolve("db"), folder.resolve("db"));
		}
	}

	/** Enough that RocksDB writes files. */
	private static void putLarge(Store store, int batches) {
		for (int i = 0; i < batches; i++) {
			Batch batch = new Batch(store.position() + 1);
			batch.put(ROWS, new byte[] { (byte) i }, new byte[1_000_000]);
			store.commit(batch).toCompletableFuture().join();
		}
	}

	private static void replaceFiles(Path from, Path to) throws IOException {
		Set<String> names = contents(from).keySet();
		for (String name : names) {
			Files.move(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
		}
		for (String name : contents(to).keySet()) {
			if (!names.contains(name)) {
				Files.delete(to.resolve(name));
			}
		}
	}

	private static Map<String, Integer> contents(Path directory) throws IOException {
		Map<String, Integer> contents = new TreeMap<>();
		try (Stream<Path> files = Files.list(directory)) {
			for (Path file : files.toList()) {
				contents.put(String.valueOf(file.getFileName()), Arrays.hashCode(Files.readAllBytes(file)));
			}
		}
		return contents;
	}

	/** Its lock must not stay with a database that nobody has. */
	@Test
	void openAgainWhatCouldNotBeOpenedForWhateverReason() {
		MovedClock clock = new MovedClock();
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), clock);
		clock.beforeReading(() -> {
			throw new IllegalStateException("no time");
		});
		assertThatIllegalStateException().isThrownBy(() -> stores.open(FAMILIES).close()).withMessage("no time");
		clock.beforeReading(() -> {
		});
		try (Store store = stores.open(FAMILIES)) {
			put(store);
		}
	}

	@Test
	void openAgainAStoreWithNothingInItsLogs() throws IOException {
		try (Store store = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC()).open(FAMILIES)) {
			put(store);
		}
		RocksStore.open(this.folder, FAMILIES, StoreSettings.of("always"), Clock.systemUTC(), true, null).close();
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		for (int i = 0; i < 4; i++) {
			try (Store store = stores.open(FAMILIES)) {
				assertThat(store.get(ROWS, new byte[1])).hasSize(1000);
			}
		}
		assertThat(stores.missing()).isEmpty();
	}

	@Test
	void removeTheEmptyLogsOfTriesThatFailed() throws IOException {
		Stores stores = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		try (Store store = stores.open(FAMILIES)) {
			put(store);
		}
		List<Path> empty = List.of(this.folder.resolve("db/900001.log"), this.folder.resolve("db/900002.log"));
		for (Path log : empty) {
			Files.createFile(log);
		}
		try (Store store = stores.open(FAMILIES)) {
			assertThat(store.get(ROWS, new byte[1])).hasSize(1000);
			assertThat(empty).noneMatch(Files::exists);
		}
	}

	@Test
	void keepNothingInMemory(CapturedOutput output) {
		Stores stores = Stores.inMemory(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		try (Store store = stores.open(FAMILIES)) {
			put(store);
		}
		assertThat(stores.open(FAMILIES).get(ROWS, new byte[1])).isNull();
		assertThat(stores.haveRoom()).isTrue();
		assertThat(stores.figures()).isEmpty();
		assertThat(stores.promise()).startsWith("Nothing");
		assertThat(this.folder).isEmptyDirectory();
		assertThat(output).doesNotContain("is left as it is");
	}

	/** RocksDB counts what is not yet in files into its cache. */
	@Test
	void countNoMemoryTwice() {
		Stores stores = Stores.in(this.folder, StoreSettings.of("off"), Clock.systemUTC());
		try (Store store = stores.open(FAMILIES)) {
			for (int i = 0; i < 64; i++) {
				Batch batch = new Batch(store.position() + 1);
				// a part of the cache, which one of these may fall into, takes several
				batch.put(ROWS, new byte[] { (byte) i }, new byte[64 * 1024]);
				store.commit(batch).toCompletableFuture().join();
			}
			assertThat((Long) stores.figures().get("writeBufferBytes")).isBetween(4L << 20, 5L << 20);
			assertThat((Long) stores.figures().get("cacheBytes")).isLessThan(1 << 20);
		}
		try (RocksStore store = RocksStore.open(this.folder, FAMILIES, StoreSettings.of("off"), Clock.systemUTC(), true,
				null)) {
			for (int i = 0; i < 64; i++) {
				assertThat(store.get(ROWS, new byte[] { (byte) i })).hasSize(64 * 1024);
			}
			assertThat(store.figures().cacheBytes()).isBetween(4L << 20, 6L << 20);
			assertThat(store.figures().writeBufferBytes()).isLessThan(1 << 20);
		}
	}

	@Test
	void sayThatAStoreIsNotUsed(CapturedOutput output) throws IOException {
		try (Store store = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC()).open(FAMILIES)) {
			put(store);
		}
		Map<Path, FileTime> before = changes();
		Stores stores = Stores.inMemory(this.folder, StoreSettings.of("always"), Clock.systemUTC());
		try (Store store = stores.open(FAMILIES)) {
			assertThat(store.get(ROWS, new byte[1])).isNull();
			put(store);
		}
		assertThat(output).containsOnlyOnce("The store in " + this.folder + " is left as it is");
		assertThat(changes()).isEqualTo(before);
	}

	private Map<Path, FileTime> changes() throws IOException {
		Map<Path, FileTime> times = new HashMap<>();
		try (Stream<Path> files = Files.walk(this.folder)) {
			for (Path file : files.toList()) {
				times.put(file, Files.getLastModifiedTime(file));
			}
		}
		return times;
	}

	@ParameterizedTest
	@CsvSource({ "0B, 33", "1024TB, 41" })
	void dropTheLogsThatStartsHaveLeftIfThereIsRoom(String reserve, long most) throws IOException {
		StoreSettings settings = new StoreSettings(true, "off", DataSize.parse(reserve), DataSize.ofMegabytes(8),
				DataSize.ofMegabytes(8));
		long highest = 0;
		for (int i = 0; i < 40; i++) {
			try (Store store = Stores.in(this.folder, settings, Clock.systemUTC()).open(FAMILIES)) {
				assertThat(store.position()).isEqualTo(i);
				put(store);
			}
			highest = Math.max(highest, files(".log"));
		}
		assertThat(highest).isEqualTo(most);
	}

	@Test
	void writeAnewWhatMayNotBeOnTheDisk() throws IOException {
		try (Store store = Stores.in(this.folder, StoreSettings.of("always"), Clock.systemUTC()).open(FAMILIES)) {
			put(store);
		}
		assertThat(tables()).isZero();
		try (RocksStore store = RocksStore.open(this.folder, FAMILIES, StoreSettings.of("always"), Clock.systemUTC(),
				true, null)) {
			assertThat(tables()).isPositive();
			assertThat(store.get(ROWS, new byte[1])).hasSize(1000);
		}
	}

	/** What is to happen where the disk fails from some sync of a thread on. */
	static final class FailedSync {

		public static void main(String[] args) {
			Stores stores = Stores.in(Path.of(args[0]), StoreSettings.of("always"), Clock.systemUTC());
			RocksStore failed = (RocksStore) stores.open(FAMILIES);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> {
				for (int i = 0; i < 1000; i++) {
					put(failed);
				}
			});
			assertThat(failed.syncFailed()).isTrue();
			failed.close();
			Path database = Path.of(args[0]).resolve("db");
			assertThat(database).isDirectoryNotContaining("glob:**.sst");
			stores.open(FAMILIES).close();
			assertThat(database).isDirectoryContaining("glob:**.sst");
			System.out.println("as it should be");
			System.exit(0);
		}

	}

	private long tables() throws IOException {
		return files(".sst");
	}

	private long files(String ending) throws IOException {
		try (Stream<Path> files = Files.list(this.folder.resolve("db"))) {
			return files.filter((file) -> file.toString().endsWith(ending)).count();
		}
	}

}
