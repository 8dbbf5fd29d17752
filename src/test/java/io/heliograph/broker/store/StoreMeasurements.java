package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Measures the store: run it with a folder that is not there and one of sync, size,
 * fanout, tail, damage, fill, or start.
 */
final class StoreMeasurements {

	private static final Family QUEUE = new Family("queue", true);

	private static final Family MESSAGES = new Family("messages", true);

	private static final Family COUNTS = new Family("counts", false);

	/** As many families as the broker has. */
	private static final List<Family> FAMILIES = Stream
		.concat(Stream.of(QUEUE, MESSAGES, COUNTS),
				IntStream.range(0, 12).mapToObj((i) -> new Family("family-" + (char) ('a' + i), false)))
		.toList();

	private static final byte[] PAYLOAD = new byte[256];

	private StoreMeasurements() {
	}

	public static void main(String[] args) throws Exception {
		Path folder = Path.of(args[0]);
		switch (args[1]) {
			case "sync" -> sync(folder);
			case "size" -> size(folder);
			case "fanout" -> {
				fanOut(folder);
				calls();
			}
			case "tail" -> tail(folder);
			case "damage" -> damage(folder);
			case "fill" -> fill(folder);
			case "start" -> start(folder);
			default -> throw new IllegalArgumentException(args[1]);
		}
	}

	private static RocksStore open(Path folder) {
		return RocksStore.open(folder, FAMILIES, StoreSettings.of("always"), Clock.systemUTC());
	}

	private static byte[] key(long session, long number) {
		return ByteBuffer.allocate(17).putLong(session).put((byte) 0).putLong(number).array();
	}

	/**
	 * Acknowledged a second: with the store's thread, and with one synced write a round.
	 */
	private static void sync(Path folder) throws Exception {
		for (int round = 0; round < 3; round++) {
			for (int outstanding : new int[] { 1, 20, 200, 2000 }) {
				Path place = folder.resolve("store-" + round + "-" + outstanding);
				try (RocksStore store = open(place)) {
					loop("store", outstanding, (batch) -> store.commit(batch));
					print("  %s", store.figures());
				}
				try (RawDatabase raw = new RawDatabase(folder.resolve("raw-" + round + "-" + outstanding))) {
					loop("write(sync)", outstanding, raw::commit);
				}
			}
		}
	}

	/** So many operations wait at any time; each puts one message. */
	private static void loop(String name, int outstanding, Committer committer) throws Exception {
		BlockingQueue<Long> waiting = new ArrayBlockingQueue<>(outstanding);
		for (long i = 0; i < outstanding; i++) {
			waiting.add(i);
		}
		long began = System.nanoTime();
		long until = began + 4_000_000_000L;
		long cpu = cpuNanos();
		long number = 0;
		long batches = 0;
		List<Long> taken = new ArrayList<>();
		Semaphore done = new Semaphore(0);
		while (System.nanoTime() < until) {
			taken.clear();
			taken.add(waiting.take());
			waiting.drainTo(taken);
			List<Long> these = List.copyOf(taken);
			Batch batch = new Batch(++batches);
			for (Long one : these) {
				batch.put(QUEUE, key(one, number++), PAYLOAD);
			}
			committer.commit(batch).thenAccept((position) -> {
				waiting.addAll(these);
				done.release(these.size());
			});
		}
		double seconds = (System.nanoTime() - began) / 1e9;
		print("%s, %d outstanding: %.0f a second, %.1f in a batch, %.1f us of CPU each", name, outstanding,
				done.availablePermits() / seconds, (double) number / batches,
				(cpuNanos() - cpu) / 1e3 / Math.max(number, 1));
	}

	private static long cpuNanos() {
		return ((com.sun.management.OperatingSystemMXBean) java.lang.management.ManagementFactory
			.getOperatingSystemMXBean()).getProcessCpuTime();
	}

	/** 1,000,000 messages in and out, three times; at most 2,000 of them are there. */
	private static void size(Path folder) throws Exception {
		int there = 2000;
		long largest = 0;
		try (RocksStore store = open(folder)) {
			for (int million = 1; million <= 3; million++) {
				long began = System.nanoTime();
				CompletionStage<Long> last = null;
				long from = (million - 1) * 1_000_000L;
				for (long i = from; i < from + 1_000_000; i += 100) {
					Batch batch = new Batch(store.position() + 1);
					for (long j = i; j < i + 100; j++) {
						byte[] payload = Arrays.copyOf(key(j, j), 256);
						batch.put(QUEUE, key(j % 300, j), key(0, j));
						batch.put(MESSAGES, key(0, j), payload);
						batch.put(COUNTS, key(0, j % 300), key(0, j));
						if (j >= there) {
							batch.delete(QUEUE, key((j - there) % 300, j - there));
							batch.delete(MESSAGES, key(0, j - there));
						}
					}
					last = store.commit(batch);
					if (i % 10_000 == 0) {
						last.toCompletableFuture().join();
						largest = Math.max(largest, store.figures().folderBytes());
					}
				}
				last.toCompletableFuture().join();
				StoreFigures figures = store.figures();
				print("million %d in %d ms: folder %d MiB, largest so far %d MiB, RSS %d MiB, %s", million,
						(System.nanoTime() - began) / 1_000_000, figures.folderBytes() >> 20, largest >> 20, rss(),
						figures);
				scans(store, from + 1_000_000 - there);
			}
		}
		print("closed: %d MiB",
				Files.list(folder.resolve("db")).mapToLong((file) -> file.toFile().length()).sum() >> 20);
		long began = System.nanoTime();
		try (RocksStore store = open(folder)) {
			print("opened in %d ms at %d", (System.nanoTime() - began) / 1_000_000, store.position());
		}
	}

	private static void scans(RocksStore store, long oldest) {
		long began = System.nanoTime();
		int[] rows = new int[1];
		for (long session = 0; session < 300; session++) {
			store.scan(QUEUE, new KeyRange(key(session, 0), key(session + 1, 0)), (key, value) -> ++rows[0] > 0);
		}
		print("  300 queues of %d from their begin: %.2f ms each", rows[0], (System.nanoTime() - began) / 1e6 / 300);
		began = System.nanoTime();
		rows[0] = 0;
		for (long session = 0; session < 300; session++) {
			store.scan(QUEUE, new KeyRange(key(session, oldest), key(session + 1, 0)), (key, value) -> ++rows[0] > 0);
		}
		print("  300 queues of %d from a known key: %.2f ms each", rows[0], (System.nanoTime() - began) / 1e6 / 300);
	}

	/** One message to 19,000 sessions. */
	private static void fanOut(Path folder) throws Exception {
		try (RocksStore store = open(folder)) {
			for (int i = 0; i < 40; i++) {
				long began = System.nanoTime();
				Batch batch = new Batch(i + 1);
				batch.put(MESSAGES, key(0, i), PAYLOAD);
				for (int session = 0; session < 19_000; session++) {
					batch.put(QUEUE, key(session, i), key(0, i));
				}
				long built = System.nanoTime();
				CompletionStage<Long> stage = store.commit(batch);
				long written = System.nanoTime();
				stage.toCompletableFuture().join();
				if (i % 5 == 4) {
					print("build %.1f ms, commit %.1f ms, until durable %.1f ms", (built - began) / 1e6,
							(written - built) / 1e6, (System.nanoTime() - written) / 1e6);
				}
			}
		}
	}

	/** The same batch by a call for each operation, and in one. */
	private static void calls() throws Exception {
		try (RawDatabase raw = new RawDatabase(Files.createTempDirectory("raw"))) {
			for (int i = 0; i < 80; i += 2) {
				long began = System.nanoTime();
				try (WriteBatch batch = new WriteBatch()) {
					for (int session = 0; session < 19_000; session++) {
						batch.put(raw.handles.get(1), key(session, i), key(0, i));
					}
					long filled = System.nanoTime();
					raw.database.write(raw.write.setSync(false), batch);
					sayEach("a call for each", i, began, filled);
				}
				began = System.nanoTime();
				Batch batch = new Batch(1);
				for (int session = 0; session < 19_000; session++) {
					batch.put(QUEUE, key(session, i + 1), key(0, i));
				}
				try (WriteBatch written = raw.batch(batch)) {
					long filled = System.nanoTime();
					raw.database.write(raw.write.setSync(false), written);
					sayEach("one call", i, began, filled);
				}
			}
		}
	}

	private static void sayEach(String what, int round, long began, long filled) {
		if (round % 10 == 8) {
			print("%s: filled in %.1f ms, written in %.1f ms", what, (filled - began) / 1e6,
					(System.nanoTime() - filled) / 1e6);
		}
	}

	/** A queue of 500,000 that is read from the front while it is deleted there. */
	private static void tail(Path folder) throws Exception {
		try (RocksStore store = open(folder)) {
			for (long i = 0; i < 500_000; i += 1000) {
				Batch batch = new Batch(store.position() + 1);
				for (long j = i; j < i + 1000; j++) {
					batch.put(QUEUE, key(7, j), PAYLOAD);
				}
				store.commit(batch);
			}
			for (long i = 0; i < 500_000; i += 50_000) {
				for (long j = i; j < i + 50_000; j += 200) {
					Batch batch = new Batch(store.position() + 1);
					for (long k = j; k < j + 200; k++) {
						batch.delete(QUEUE, key(7, k));
					}
					store.commit(batch).toCompletableFuture().join();
				}
				print("%d deleted: first row from the begin %.2f ms, from a known key %.2f ms, folder %d MiB",
						i + 50_000, first(store, 0), first(store, i + 50_000), store.figures().folderBytes() >> 20);
			}
		}
	}

	/** Leaves 2,000,000 messages in 20,000 queues, and ends as if killed. */
	private static void fill(Path folder) {
		RocksStore store = open(folder);
		for (long i = 0; i < 2_000_000; i += 200) {
			Batch batch = new Batch(store.position() + 1);
			for (long j = i; j < i + 200; j++) {
				batch.put(QUEUE, key(j % 20_000, j), PAYLOAD);
			}
			CompletionStage<Long> stage = store.commit(batch);
			if (i % 100_000 == 0) {
				stage.toCompletableFuture().join();
			}
		}
		print("%s", store.figures());
		Runtime.getRuntime().halt(9);
	}

	/** Opens what is there and reads the queue of one, and then of a thousand. */
	private static void start(Path folder) throws IOException {
		long began = System.nanoTime();
		try (RocksStore store = open(folder)) {
			print("opened after %d ms, RSS %d MiB", (System.nanoTime() - began) / 1_000_000, rss());
			int[] rows = new int[1];
			for (long session = 0; session < 1000; session++) {
				store.scan(QUEUE, new KeyRange(key(session, 0), key(session + 1, 0)), (key, value) -> ++rows[0] > 0);
				if (session == 0) {
					print("%d rows of one after %d ms", rows[0], (System.nanoTime() - began) / 1_000_000);
				}
			}
			print("%d rows of a thousand after %d ms, RSS %d MiB, %s", rows[0], (System.nanoTime() - began) / 1_000_000,
					rss(), store.figures());
		}
	}

	private static double first(RocksStore store, long from) {
		long began = System.nanoTime();
		store.scan(QUEUE, new KeyRange(key(7, from), key(8, 0)), (key, value) -> false);
		return (System.nanoTime() - began) / 1e6;
	}

	/**
	 * What becomes of stores in which one bit, one end of a file, or one file is lost.
	 */
	private static void damage(Path folder) throws Exception {
		Path whole = folder.resolve("whole");
		for (int life = 0; life < 4; life++) {
			try (RocksStore store = open(whole)) {
				for (int i = 0; i < 60; i++) {
					long position = store.position() + 1;
					Batch batch = new Batch(position);
					for (int j = 0; j < 20; j++) {
						batch.put(QUEUE, key(j, position), PAYLOAD);
						batch.put(COUNTS, key(0, j), key(0, position));
						if (position > 100) {
							batch.delete(QUEUE, key(j, position - 100));
						}
					}
					store.commit(batch).toCompletableFuture().join();
				}
			}
			if (life < 3) {
				try (RocksDatabase database = new StoreFolder(whole).open(FAMILIES, StoreSettings.of("off"), false)) {
					database.flush();
				}
			}
		}
		Map<String, Integer> ends = new TreeMap<>();
		Random random = new Random(7);
		for (int i = 0; i < 600; i++) {
			Path copy = folder.resolve("copy-" + i);
			copy(whole, copy);
			String damage = damage(copy, random, i % 3);
			ends.merge(damage + ": " + end(copy), 1, Integer::sum);
		}
		ends.forEach((end, count) -> print("%s: %d", end, count));
	}

	private static void copy(Path from, Path to) throws IOException {
		try (Stream<Path> files = Files.walk(from)) {
			for (Path file : files.toList()) {
				Path target = to.resolve(from.relativize(file).toString());
				Files.createDirectories(target.getParent());
				Files.copy(file, target);
			}
		}
	}

	private static String damage(Path copy, Random random, int kind) throws IOException {
		List<Path> files;
		try (Stream<Path> all = Files.walk(copy)) {
			files = all.filter((file) -> Files.isRegularFile(file) && file.toFile().length() > 0).sorted().toList();
		}
		Path file = files.get(random.nextInt(files.size()));
		byte[] bytes = Files.readAllBytes(file);
		int place = random.nextInt(bytes.length);
		String type = file.getFileName().toString().replaceAll("\\d+", "").replaceAll(".*\\.", "");
		if (kind == 0) {
			bytes[place] ^= (byte) (1 << random.nextInt(8));
			Files.write(file, bytes);
			return "bit in " + type;
		}
		if (kind == 1) {
			Files.write(file, Arrays.copyOf(bytes, place));
			return "end of " + type;
		}
		Files.delete(file);
		return "all of " + type;
	}

	private static String end(Path copy) {
		try (RocksStore store = open(copy)) {
			if (store.missing().isPresent()) {
				return "an error tells of missing batches";
			}
			int[] rows = new int[1];
			store.scan(QUEUE, new KeyRange(key(0, 0), key(100, 0)), (key, value) -> {
				rows[0] += Arrays.equals(value, PAYLOAD) ? 1 : 0;
				return true;
			});
			for (int j = 0; j < 20; j++) {
				rows[0] += Arrays.equals(store.get(COUNTS, key(0, j)), key(0, 240)) ? 1 : 0;
			}
			return (rows[0] == 2020 && store.position() == 240) ? "nothing is lost" : "LOST IN SILENCE";
		}
		catch (StoreUnusable ex) {
			return "refused";
		}
		catch (StoreFailed ex) {
			return "fails when it is read";
		}
	}

	private static long rss() throws IOException {
		return Files.readAllLines(Path.of("/proc/self/status"))
			.stream()
			.filter((line) -> line.startsWith("VmRSS"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
			.sum();
	}

	private static void print(String format, Object... args) {
		System.out.println(String.format(Locale.ROOT, format, args));
	}

	/** Commits. */
	private interface Committer {

		CompletionStage<Long> commit(Batch batch) throws Exception;

	}

	/** RocksDB as it is, each write of which waits for the disk. */
	private static final class RawDatabase implements AutoCloseable {

		private final RocksOptions options;

		private final WriteOptions write;

		private final List<ColumnFamilyHandle> handles = new ArrayList<>();

		private final RocksDB database;

		RawDatabase(Path path) throws RocksDBException {
			RocksLibrary.load(path);
			this.options = new RocksOptions(32 << 20, 48 << 20);
			this.write = this.options.write().setSync(true);
			this.database = RocksDB
				.open(this.options.database().setCreateIfMissing(true), path.toString(),
						List.of(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, this.options.family()),
								new ColumnFamilyDescriptor("queue".getBytes(UTF_8), this.options.family())),
						this.handles);
		}

		CompletionStage<Long> commit(Batch batch) throws RocksDBException {
			try (WriteBatch written = batch(batch)) {
				this.database.write(this.write, written);
			}
			return CompletableFuture.completedFuture(batch.position());
		}

		WriteBatch batch(Batch batch) {
			return new WriteBatch(
					BatchBytes.of(batch, new byte[8], new byte[16], Map.of(QUEUE, this.handles.get(1).getID())));
		}

		@Override
		public void close() {
			this.handles.forEach(ColumnFamilyHandle::close);
			this.database.close();
			this.options.close();
		}

	}

}
