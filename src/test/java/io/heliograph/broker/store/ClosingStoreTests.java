package io.heliograph.broker.store;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/** A store that is closed while it is in use: the process must survive it. */
class ClosingStoreTests {

	private static final Family ROWS = new Family("rows", false);

	private static final KeyRange ALL = new KeyRange(new byte[0], new byte[] { -1 });

	@TempDir
	private Path folder;

	private RocksStore open() {
		return RocksStore.open(this.folder, List.of(ROWS), StoreSettings.of("always"), Clock.systemUTC());
	}

	private static CompletableFuture<Long> put(Store store, int key) {
		Batch batch = new Batch(store.position() + 1);
		batch.put(ROWS, new byte[] { (byte) key }, new byte[1000]);
		return store.commit(batch).toCompletableFuture();
	}

	@Test
	void endsTheUsesOfOthersFirst() throws InterruptedException {
		for (int round = 0; round < 20; round++) {
			RocksStore store = open();
			for (int i = 0; i < 100; i++) {
				put(store, i);
			}
			CountDownLatch used = new CountDownLatch(4);
			List<CompletableFuture<Void>> uses = new ArrayList<>();
			List<Runnable> kinds = List.of(() -> store.get(ROWS, new byte[] { 5 }),
					() -> store.scan(ROWS, ALL, (key, value) -> true),
					() -> store.scanBackwards(ROWS, ALL, (key, value) -> store.get(ROWS, key) != null),
					() -> assertThat(store.figures().commits()).isEqualTo(100));
			for (Runnable kind : kinds) {
				uses.add(CompletableFuture.runAsync(() -> {
					kind.run();
					used.countDown();
					while (true) {
						kind.run();
					}
				}, (use) -> new Thread(use).start()));
			}
			assertThat(used.await(30, TimeUnit.SECONDS)).isTrue();
			store.close();
			for (CompletableFuture<Void> use : uses) {
				assertThat(use).failsWithin(30, TimeUnit.SECONDS)
					.withThrowableThat()
					.havingCause()
					.isInstanceOf(IllegalStateException.class)
					.withMessageContaining("closed");
			}
		}
	}

	@Test
	void isNotDoneByAVisitorOrAStage() {
		RocksStore store = open();
		put(store, 1).join();
		assertThatIllegalStateException().isThrownBy(() -> store.scan(ROWS, ALL, (key, value) -> {
			store.close();
			return true;
		}));
		CountDownLatch mayComplete = new CountDownLatch(1);
		hold(store, mayComplete);
		CompletableFuture<Void> closed = put(store, 3).thenRun(store::close);
		mayComplete.countDown();
		assertThat(closed).failsWithin(30, TimeUnit.SECONDS)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(IllegalStateException.class);
		put(store, 4).join();
		store.close();
	}

	@Test
	void letsAStageRead() {
		RocksStore store = open();
		CountDownLatch mayRead = new CountDownLatch(1);
		hold(store, mayRead);
		CompletableFuture<byte[]> read = put(store, 1).thenApply((position) -> store.get(ROWS, new byte[] { 1 }));
		CompletableFuture<Void> closing = CompletableFuture.runAsync(store::close);
		mayRead.countDown();
		assertThat(closing).succeedsWithin(30, TimeUnit.SECONDS);
		assertThat(read).isDone();
	}

	/**
	 * Holds the thread of the store up; what is put from here on completes behind that.
	 */
	private static void hold(Store store, CountDownLatch until) {
		Thread here = Thread.currentThread();
		AtomicBoolean complete = new AtomicBoolean(true);
		while (complete.getAndSet(false)) {
			put(store, 2).thenRun(() -> {
				if (Thread.currentThread() == here) {
					complete.set(true);
				}
				else {
					awaitUninterruptibly(until);
				}
			});
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
