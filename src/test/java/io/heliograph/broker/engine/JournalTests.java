package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;
import io.heliograph.broker.store.StoreFailed;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The journal when what it stands on breaks. */
class JournalTests {

	/**
	 * A change that fails, as where no memory is left.
	 * @param told what is done when it is told
	 */
	private static Change failing(Runnable told) {
		return new Change() {

			@Override
			public Runnable apply(Batch batch) {
				throw new OutOfMemoryError("a test");
			}

			@Override
			public void failed(Throwable cause) {
				told.run();
			}

		};
	}

	/** As where no memory is left. */
	@Test
	void tellsItsFailureThoughWhoWaitsCannotBeTold() {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		try (Journal journal = new Journal(new MemoryStore(), failure::complete)) {
			journal.start((batch) -> Change.NOTHING);
			journal.write(failing(() -> {
				throw new Unprintable();
			}));
			assertThat(failure).succeedsWithin(Duration.ofSeconds(30));
		}
	}

	/** Who is told finds that nothing is taken any more. */
	@Test
	void hasFailedBeforeThatIsTold() {
		AtomicBoolean had = new AtomicBoolean();
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		try (Journal journal = new Journal(new MemoryStore(), failure::complete)) {
			journal.start((batch) -> Change.NOTHING);
			journal.write(failing(() -> had.set(journal.hasFailed())));
			assertThat(failure).succeedsWithin(Duration.ofSeconds(30));
		}
		assertThat(had).isTrue();
	}

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	@Test
	void tellsThatItFailsThoughItsThreadDies() {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		try (Journal journal = new Journal(new DyingStore(), failure::complete)) {
			journal.start((batch) -> Change.NOTHING);
			CompletableFuture<Throwable> told = new CompletableFuture<>();
			journal.write(new Change() {

				@Override
				public Runnable apply(Batch batch) {
					batch.put(Families.SESSION, new byte[1], new byte[1]);
					return () -> told.completeExceptionally(new AssertionError("it is not durable"));
				}

				@Override
				public void failed(Throwable cause) {
					told.complete(cause);
				}

			});
			assertThat(told).as("who waits for the change").succeedsWithin(PATIENCE);
			assertThat(failure).succeedsWithin(PATIENCE)
				.extracting(Throwable::getMessage)
				.isEqualTo("no memory is left");
			assertThat(journal.durable()).failsWithin(PATIENCE).withThrowableOfType(ExecutionException.class);
		}
	}

	/**
	 * Two add a change each, under a monitor that is needed to tell the other's, as event
	 * loops do whose devices acknowledge.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void tellsNobodyOnTheThreadOfWhoAddsAChange(boolean closed) {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		Journal journal = new Journal(new MemoryStore(), failure::complete);
		journal.start((batch) -> Change.NOTHING);
		journal.write(failing(() -> {
		}));
		assertThat(failure).succeedsWithin(PATIENCE);
		if (closed) {
			journal.close();
		}
		List<Object> monitors = List.of(new Object(), new Object());
		CyclicBarrier bothHold = new CyclicBarrier(2);
		CountDownLatch told = new CountDownLatch(2);
		List<CompletableFuture<Void>> added = IntStream.range(0, 2).mapToObj((own) -> inThread(() -> {
			synchronized (monitors.get(own)) {
				bothHold.await(10, TimeUnit.SECONDS);
				journal.write(failing(() -> {
					synchronized (monitors.get(1 - own)) {
						told.countDown();
					}
				}));
			}
		})).toList();
		assertThat(added).allSatisfy((one) -> assertThat(one).succeedsWithin(PATIENCE));
		await().until(() -> told.getCount() == 0);
		journal.close();
	}

	private static CompletableFuture<Void> inThread(ThrowingRunnable action) {
		CompletableFuture<Void> done = new CompletableFuture<>();
		Thread thread = new Thread(() -> {
			try {
				action.run();
				done.complete(null);
			}
			catch (Throwable ex) {
				done.completeExceptionally(ex);
			}
		});
		thread.setDaemon(true);
		thread.start();
		return done;
	}

	/** An engine that cannot be opened closes its journal before it begins. */
	@Test
	void tellsThoseThatWaitThoughItNeverBegan() {
		Journal journal = new Journal(new MemoryStore(), (cause) -> {
		});
		CompletableFuture<Void> before = journal.durable();
		journal.close();
		assertThat(before).failsWithin(PATIENCE).withThrowableOfType(ExecutionException.class);
		assertThat(journal.durable()).failsWithin(PATIENCE).withThrowableOfType(ExecutionException.class);
	}

	/** Those in the batch, and those that were to follow it. */
	@Test
	void tellsAllThoughTheEndOfABatchCannotBeAwaited() {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		DyingStore store = new DyingStore();
		store.takes = true;
		try (Journal journal = new Journal(store, failure::complete)) {
			CountDownLatch told = new CountDownLatch(2);
			journal.write(new Change() {

				@Override
				public Runnable apply(Batch batch) {
					for (int i = 0; i < Journal.MAX_OPERATIONS; i++) {
						batch.put(Families.SESSION, new byte[1], new byte[1]);
					}
					return NOTHING;
				}

				@Override
				public void failed(Throwable cause) {
					told.countDown();
				}

			});
			journal.write(failing(told::countDown));
			journal.start((batch) -> Change.NOTHING);
			assertThat(failure).succeedsWithin(PATIENCE)
				.extracting(Throwable::getMessage)
				.isEqualTo("no memory is left for who waits");
			await().until(() -> told.getCount() == 0);
		}
	}

	/** Else who waits would do so for ever. */
	@Test
	void failsWhenItsThreadIsInterrupted() {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		try (Journal journal = new Journal(new MemoryStore(), failure::complete)) {
			journal.store((batch) -> Thread.currentThread().interrupt());
			journal.start((batch) -> Change.NOTHING);
			assertThat(failure).succeedsWithin(PATIENCE).isInstanceOf(InterruptedException.class);
			assertThat(journal.durable()).failsWithin(PATIENCE).withThrowableOfType(ExecutionException.class);
		}
	}

	/** What is in memory may be half changed then, and so may what others count. */
	@Test
	void failsWithAChangeThatFails() {
		MemoryStore store = new MemoryStore();
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		try (Journal journal = new Journal(store, failure::complete)) {
			CompletableFuture<Throwable> told = new CompletableFuture<>();
			journal.store((batch) -> batch.put(Families.SESSION, new byte[] { 1 }, new byte[1]));
			journal.write(new Change() {

				@Override
				public Runnable apply(Batch batch) {
					batch.put(Families.SESSION, new byte[] { 2 }, new byte[1]);
					throw new StackOverflowError("a test");
				}

				@Override
				public void failed(Throwable cause) {
					told.complete(cause);
				}

			});
			journal.store((batch) -> batch.put(Families.SESSION, new byte[] { 3 }, new byte[1]));
			journal.start((batch) -> Change.NOTHING);
			assertThat(told).as("who waits for the change").succeedsWithin(PATIENCE);
			assertThat(failure).succeedsWithin(PATIENCE).isInstanceOf(StackOverflowError.class);
			assertThat(journal.durable()).failsWithin(PATIENCE).withThrowableOfType(ExecutionException.class);
			assertThat(store.position()).as("the batch that it was in").isZero();
		}
	}

	/** Else what waits while the disk is slow would be one batch of any size. */
	@ParameterizedTest
	@CsvSource({ "4000, 1", "1, 2000000" })
	void endsABatchThatIsLarge(int operations, int bytes) {
		MemoryStore store = new MemoryStore();
		try (Journal journal = new Journal(store, (cause) -> {
		})) {
			for (int i = 0; i < 9; i++) {
				journal.store((batch) -> {
					for (int j = 0; j < operations; j++) {
						batch.put(Families.SESSION, new byte[1], new byte[bytes]);
					}
				});
			}
			CompletableFuture<Void> durable = journal.durable();
			journal.start((batch) -> Change.NOTHING);
			assertThat(durable).succeedsWithin(PATIENCE);
			assertThat(store.position()).isEqualTo(3);
		}
	}

	/** What a sender was told must not be undone by a loss of power. */
	@Test
	void letsAReaderWaitForTheDisk() {
		LaggingStore store = new LaggingStore(List.of());
		store.lag();
		Journal journal = new Journal(store, (cause) -> {
		});
		journal.start((batch) -> Change.NOTHING);
		journal.awaitDurable();
		journal.store((batch) -> batch.put(Families.SESSION, new byte[1], new byte[1]));
		await().until(() -> store.position() == 1);
		CompletableFuture<Void> reader = CompletableFuture.runAsync(journal::awaitDurable);
		assertThat(reader).isNotDone();
		assertThat(reader).failsWithin(Duration.ofMillis(100)).withThrowableOfType(TimeoutException.class);
		store.sync(1);
		assertThat(reader).succeedsWithin(PATIENCE);
		journal.close();
	}

	@Test
	void tellsAReaderThatTheDiskFailed() {
		LaggingStore store = new LaggingStore(List.of());
		store.lag();
		Journal journal = new Journal(store, (cause) -> {
		});
		journal.start((batch) -> Change.NOTHING);
		journal.store((batch) -> batch.put(Families.SESSION, new byte[1], new byte[1]));
		await().until(() -> store.position() == 1);
		store.cut();
		assertThatThrownBy(journal::awaitDurable).isInstanceOf(StoreFailed.class);
		journal.close();
	}

	/** Else it could not be opened again. */
	@Test
	void closesAStoreThatCannotBeRead() {
		DyingStore store = new DyingStore();
		store.readable = false;
		assertThatThrownBy(() -> TestEngines.open(store, new TestAccess(), new MovedClock()))
			.isInstanceOf(StoreFailed.class);
		assertThat(store.closed).isTrue();
	}

	/** It has no memory left for what it is given. */
	private static final class DyingStore implements Store {

		private boolean readable = true;

		private boolean takes;

		private boolean closed;

		@Override
		public CompletionStage<Long> commit(Batch batch) {
			if (this.takes) {
				return new CompletableFuture<>() {

					@Override
					public <T> CompletableFuture<T> handle(BiFunction<? super Long, Throwable, ? extends T> action) {
						throw new OutOfMemoryError("no memory is left for who waits");
					}

				};
			}
			throw new OutOfMemoryError("no memory is left");
		}

		@Override
		public byte @Nullable [] get(Family family, byte[] key) {
			return null;
		}

		@Override
		public void scan(Family family, KeyRange range, Visitor visitor) {
			if (!this.readable) {
				throw new StoreFailed("it cannot be read", new IllegalStateException());
			}
		}

		@Override
		public void scanBackwards(Family family, KeyRange range, Visitor visitor) {
		}

		@Override
		public long position() {
			return 0;
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

	private interface ThrowingRunnable {

		void run() throws Exception;

	}

	/** It cannot be logged. */
	private static final class Unprintable extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			throw new OutOfMemoryError("a test");
		}

	}

}
