package io.heliograph.broker.store;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process that is killed while it writes: nothing is lost of which it was told that it
 * is stored.
 */
class KilledStoreTests {

	private static final int ROUNDS = 5;

	/** How many messages there are at most. */
	private static final int WINDOW = 500;

	private static final Family QUEUE = new Family("queue", true);

	private static final Family COUNT = new Family("count", false);

	private static final List<Family> FAMILIES = List.of(QUEUE, COUNT);

	@Test
	void losesNothingThatWasAcknowledged(@TempDir Path folder) throws Exception {
		Random random = new Random(5);
		long acknowledged = 0;
		for (int round = 0; round < ROUNDS; round++) {
			try (StoreProcess process = new StoreProcess(List.of(), Writer.class, folder.toString())) {
				int until = 1 + random.nextInt(3000);
				for (int i = 0; i < until; i++) {
					acknowledged = number(process.next("acknowledged "), acknowledged);
				}
				process.kill();
				for (String line = process.next("acknowledged "); line != null; line = process.next("acknowledged ")) {
					acknowledged = number(line, acknowledged);
				}
			}
			try (RocksStore store = open(folder)) {
				assertThat(store.position()).as("round %s", round).isGreaterThanOrEqualTo(acknowledged);
				assertThat(store.missing()).isEmpty();
				check(store);
			}
		}
	}

	/** The last line may be the half of one. */
	private static long number(@Nullable String line, long before) {
		assertThat(line).isNotNull();
		return line.endsWith(".") ? Long.parseLong(line.substring(0, line.length() - 1)) : before;
	}

	/** Each batch is there as a whole, up to the last one. */
	private static void check(RocksStore store) {
		long last = store.position();
		assertThat(store.get(COUNT, key(0))).isEqualTo(key(last));
		long[] next = { Math.max(last - WINDOW + 1, 1) };
		store.scan(QUEUE, new KeyRange(key(0), key(Long.MAX_VALUE)), (key, value) -> {
			assertThat(ByteBuffer.wrap(key).getLong()).isEqualTo(next[0]++);
			return true;
		});
		assertThat(next[0]).isEqualTo(last + 1);
	}

	private static RocksStore open(Path folder) {
		return RocksStore.open(folder, FAMILIES, StoreSettings.of("always"), Clock.systemUTC());
	}

	private static byte[] key(long number) {
		return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
	}

	/** Writes without end, and says what is stored. */
	static final class Writer {

		public static void main(String[] args) throws InterruptedException {
			Semaphore outstanding = new Semaphore(100);
			RocksStore store = open(Path.of(args[0]));
			for (long position = store.position() + 1;; position++) {
				Batch batch = new Batch(position);
				batch.put(QUEUE, key(position), new byte[(int) (position % 7) * 4000]);
				if (position > WINDOW) {
					batch.delete(QUEUE, key(position - WINDOW));
				}
				batch.put(COUNT, key(0), key(position));
				outstanding.acquire();
				store.commit(batch).thenAccept((stored) -> {
					System.out.println("acknowledged " + stored + ".");
					outstanding.release();
				});
			}
		}

	}

}
