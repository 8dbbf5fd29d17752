package io.heliograph.broker.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What every store does. */
abstract class StoreContract {

	static final Family ROWS = new Family("rows", false);

	static final Family OTHERS = new Family("others", false);

	static final Family QUEUE = new Family("queue", true);

	static final List<Family> FAMILIES = List.of(ROWS, OTHERS, QUEUE);

	private static final HexFormat HEX = HexFormat.of();

	Store store;

	private long next;

	/** Opens one that is empty. */
	abstract Store open() throws Exception;

	@BeforeEach
	void openStore() throws Exception {
		this.store = open();
		this.next = 1;
	}

	@AfterEach
	void closeStore() {
		this.store.close();
	}

	/** A batch behind the last one. */
	Batch batch() {
		return new Batch(this.next++);
	}

	void commit(Batch batch) {
		assertThat(this.store.commit(batch).toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join())
			.isEqualTo(batch.position());
	}

	void put(Family family, String... keys) {
		Batch batch = batch();
		for (String key : keys) {
			batch.put(family, hex(key), ("value of " + key).getBytes(UTF_8));
		}
		commit(batch);
	}

	static byte[] hex(String hex) {
		return HEX.parseHex(hex);
	}

	static KeyRange range(String from, String to) {
		return new KeyRange(hex(from), hex(to));
	}

	@Nullable String get(Family family, String key) {
		byte[] value = this.store.get(family, hex(key));
		return (value != null) ? new String(value, UTF_8) : null;
	}

	List<String> scan(Family family, KeyRange range) {
		List<String> keys = new ArrayList<>();
		this.store.scan(family, range, (key, value) -> keys.add(HEX.formatHex(key)));
		List<String> backwards = new ArrayList<>();
		this.store.scanBackwards(family, range, (key, value) -> backwards.add(HEX.formatHex(key)));
		Collections.reverse(backwards);
		assertThat(backwards).as("both directions show the same").isEqualTo(keys);
		return keys;
	}

	@Test
	void returnsWhatWasPut() {
		put(ROWS, "01");
		assertThat(get(ROWS, "01")).isEqualTo("value of 01");
		assertThat(get(OTHERS, "01")).isNull();
		assertThat(get(ROWS, "02")).isNull();
		assertThat(get(ROWS, "0100")).isNull();
	}

	@Test
	void replacesAndDeletes() {
		put(ROWS, "01", "02");
		Batch batch = batch();
		batch.put(ROWS, hex("01"), "new".getBytes(UTF_8));
		batch.delete(ROWS, hex("02"));
		batch.delete(ROWS, hex("03"));
		commit(batch);
		assertThat(get(ROWS, "01")).isEqualTo("new");
		assertThat(get(ROWS, "02")).isNull();
	}

	@Test
	void deletesWhatIsWrittenOnceAndTakesItAnew() {
		put(QUEUE, "01");
		Batch batch = batch();
		batch.delete(QUEUE, hex("01"));
		batch.put(QUEUE, hex("01"), "new".getBytes(UTF_8));
		batch.delete(QUEUE, hex("01"));
		commit(batch);
		assertThat(get(QUEUE, "01")).isNull();
		assertThat(scan(QUEUE, range("", "ff"))).isEmpty();
		put(QUEUE, "01");
		assertThat(get(QUEUE, "01")).isEqualTo("value of 01");
	}

	@Test
	void comparesBytesAsUnsignedAndPutsPrefixesFirst() {
		put(ROWS, "ff", "7f", "80", "00", "0000", "ffff", "7f00", "");
		assertThat(scan(ROWS, range("", "ffffff"))).containsExactly("", "00", "0000", "7f", "7f00", "80", "ff", "ffff");
	}

	@Test
	void scansFromTheFirstKeyToBeforeTheLast() {
		put(ROWS, "0100", "0101", "01ff", "02", "0200");
		put(OTHERS, "0102");
		assertThat(scan(ROWS, range("01", "02"))).containsExactly("0100", "0101", "01ff");
		assertThat(scan(ROWS, range("0101", "0200"))).containsExactly("0101", "01ff", "02");
		assertThat(scan(ROWS, KeyRange.startingWith(hex("01ff")))).containsExactly("01ff");
		assertThat(scan(ROWS, range("0100", "0300").behind(hex("0101")))).containsExactly("01ff", "02", "0200");
		assertThat(scan(ROWS, range("0100", "0300").before(hex("0101")))).containsExactly("0100");
		assertThat(scan(ROWS, range("03", "04"))).isEmpty();
	}

	@Test
	void scansNothingInARangeThatEndsBeforeItBegins() {
		put(ROWS, "01", "02");
		assertThat(scan(ROWS, range("02", "01"))).isEmpty();
		assertThat(scan(ROWS, range("01", "01"))).isEmpty();
	}

	@Test
	void stopsWhenTheVisitorHasEnough() {
		put(ROWS, "01", "02", "03");
		List<String> seen = new ArrayList<>();
		this.store.scan(ROWS, range("00", "ff"), (key, value) -> {
			seen.add(HEX.formatHex(key) + " " + new String(value, UTF_8));
			return seen.size() < 2;
		});
		assertThat(seen).containsExactly("01 value of 01", "02 value of 02");
		seen.clear();
		this.store.scanBackwards(ROWS, range("00", "ff"), (key, value) -> {
			seen.add(HEX.formatHex(key));
			return false;
		});
		assertThat(seen).containsExactly("03");
	}

	@Test
	void letsAVisitorReadAndPassesOnWhatItThrows() {
		put(ROWS, "01", "02");
		put(OTHERS, "01");
		List<String> values = new ArrayList<>();
		this.store.scan(ROWS, range("00", "ff"), (key, value) -> values.add(get(OTHERS, HEX.formatHex(key))));
		assertThat(values).containsExactly("value of 01", null);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> this.store.scan(ROWS, range("00", "ff"), (key, value) -> {
				throw new UnsupportedOperationException();
			}));
		put(ROWS, "03");
	}

	@Test
	void appliesChangesInTheirOrder() {
		put(ROWS, "0101", "0102", "02");
		Batch batch = batch();
		batch.put(ROWS, hex("0103"), hex(""));
		batch.deleteRange(ROWS, range("01", "02"));
		batch.put(ROWS, hex("0102"), hex("aa"));
		batch.put(ROWS, hex("0104"), hex("bb"));
		batch.delete(ROWS, hex("0104"));
		commit(batch);
		assertThat(scan(ROWS, range("", "ff"))).containsExactly("0102", "02");
		assertThat(this.store.get(ROWS, hex("0102"))).isEqualTo(hex("aa"));
	}

	@Test
	void deletesARangeOfOneFamily() {
		put(ROWS, "01", "02", "03");
		put(OTHERS, "01", "02");
		Batch batch = batch();
		batch.deleteRange(ROWS, range("01", "03"));
		batch.deleteRange(OTHERS, range("02", "02"));
		commit(batch);
		assertThat(scan(ROWS, range("", "ff"))).containsExactly("03");
		assertThat(scan(OTHERS, range("", "ff"))).containsExactly("01", "02");
	}

	@Test
	void keepsEmptyAndLargeValues() {
		byte[] large = new byte[5_000_000];
		Arrays.fill(large, (byte) 0x5a);
		large[large.length - 1] = 1;
		Batch batch = batch();
		batch.put(ROWS, hex("01"), new byte[0]);
		batch.put(ROWS, hex("02"), large);
		batch.put(ROWS, new byte[20_000], hex("03"));
		commit(batch);
		assertThat(this.store.get(ROWS, hex("01"))).isEmpty();
		assertThat(this.store.get(ROWS, hex("02"))).isEqualTo(large);
		assertThat(this.store.get(ROWS, new byte[20_000])).isEqualTo(hex("03"));
	}

	@Test
	void givesArraysAway() {
		put(ROWS, "01");
		byte[] value = this.store.get(ROWS, hex("01"));
		Arrays.fill(value, (byte) 0);
		this.store.scan(ROWS, range("00", "ff"), (key, row) -> {
			Arrays.fill(key, (byte) 0);
			Arrays.fill(row, (byte) 0);
			return true;
		});
		assertThat(get(ROWS, "01")).isEqualTo("value of 01");
	}

	@Test
	void skipsABatchThatItHas() {
		put(ROWS, "01");
		put(ROWS, "02");
		Batch again = new Batch(1);
		again.delete(ROWS, hex("02"));
		commit(again);
		assertThat(get(ROWS, "02")).isNotNull();
		assertThat(this.store.position()).isEqualTo(2);
	}

	@Test
	void refusesABatchThatLeavesOneOut() {
		put(ROWS, "01");
		Batch late = new Batch(3);
		late.put(ROWS, hex("02"), hex("00"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.store.commit(late));
		assertThat(this.store.position()).isEqualTo(1);
		assertThat(get(ROWS, "02")).isNull();
		put(ROWS, "03");
		assertThat(this.store.position()).isEqualTo(2);
	}

	@Test
	void takesABatchWithoutChanges() {
		commit(batch());
		assertThat(this.store.position()).isEqualTo(1);
	}

	@Test
	void showsABatchWhenCommitReturns() {
		for (int i = 0; i < 100; i++) {
			Batch batch = batch();
			batch.put(ROWS, new byte[] { (byte) i }, new byte[] { (byte) i });
			this.store.commit(batch);
			assertThat(this.store.position()).isEqualTo(i + 1);
			assertThat(this.store.get(ROWS, new byte[] { (byte) i })).containsExactly(i);
		}
	}

	@Test
	void completesInTheOrderOfTheBatches() {
		int batches = 2000;
		List<Long> completed = Collections.synchronizedList(new ArrayList<>());
		List<CompletableFuture<?>> stages = new ArrayList<>();
		for (int i = 0; i < batches; i++) {
			Batch batch = batch();
			batch.put(ROWS, hex("01"), hex("01"));
			stages.add(this.store.commit(batch).thenAccept(completed::add).toCompletableFuture());
		}
		CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new)).orTimeout(60, TimeUnit.SECONDS).join();
		assertThat(completed).hasSize(batches).isSorted();
	}

	@Test
	void closesWhenAllStagesAreComplete() {
		List<CompletableFuture<?>> stages = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			Batch batch = batch();
			batch.put(ROWS, hex("01"), hex("01"));
			stages.add(this.store.commit(batch).toCompletableFuture());
		}
		this.store.close();
		assertThat(stages).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
	}

	@Test
	void showsReadersWholeBatches() throws InterruptedException {
		AtomicBoolean done = new AtomicBoolean();
		AtomicReference<Throwable> failure = new AtomicReference<>();
		CountDownLatch began = new CountDownLatch(2);
		List<Thread> readers = new ArrayList<>();
		put(ROWS, "01", "02", "03");
		for (int i = 0; i < 2; i++) {
			Thread reader = new Thread(() -> {
				while (!done.get()) {
					List<String> values = new ArrayList<>();
					this.store.scan(ROWS, range("00", "ff"), (key, value) -> values.add(HEX.formatHex(value)));
					assertThat(values).hasSize(3).allMatch(values.get(0)::equals);
					began.countDown();
				}
			});
			reader.setUncaughtExceptionHandler((thread, ex) -> {
				failure.set(ex);
				began.countDown();
			});
			readers.add(reader);
		}
		write(0);
		readers.forEach(Thread::start);
		for (int i = 1; i < 2000 || began.getCount() > 0; i++) {
			write(i);
		}
		done.set(true);
		for (Thread reader : readers) {
			reader.join();
		}
		assertThat(failure.get()).isNull();
	}

	private void write(int number) {
		byte[] value = { (byte) (number >> 16), (byte) (number >> 8), (byte) number };
		Batch batch = batch();
		if (number % 3 == 0) {
			batch.deleteRange(ROWS, range("00", "ff"));
		}
		batch.put(ROWS, hex("01"), value);
		batch.put(ROWS, hex("02"), value);
		batch.put(ROWS, hex("03"), value);
		this.store.commit(batch);
	}

}
