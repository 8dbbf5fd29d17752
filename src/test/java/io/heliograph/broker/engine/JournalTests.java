package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.Store;
import io.heliograph.broker.store.StoreFailed;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The journal when what it stands on breaks. */
class JournalTests {

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
			assertThat(journal.durable()).failsWithin(PATIENCE);
		}
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

		private boolean closed;

		@Override
		public CompletionStage<Long> commit(Batch batch) {
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

}
