package io.heliograph.broker.store;

import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Ordered keys with values, changed by atomic batches. Reads may come from any thread,
 * batches from one at a time. Bytes that it returns are the caller's.
 */
public interface Store extends AutoCloseable {

	/**
	 * Returns the value of a key, or null.
	 * @throws StoreFailed if it cannot be read
	 */
	byte @Nullable [] get(Family family, byte[] key);

	/**
	 * Visits the rows of a range in the order of their keys, until the visitor has
	 * enough; it must not commit.
	 * @throws StoreFailed if they cannot be read
	 */
	void scan(Family family, KeyRange range, Visitor visitor);

	/** Visits all rows of a range, as {@link #scan} does. */
	default void forEach(Family family, KeyRange range, BiConsumer<byte[], byte[]> visitor) {
		scan(family, range, (key, value) -> {
			visitor.accept(key, value);
			return true;
		});
	}

	/** The same as {@link #scan} in reverse. */
	void scanBackwards(Family family, KeyRange range, Visitor visitor);

	/**
	 * Applies a batch: reads see it when this returns, and no part of it before. One
	 * whose position is not behind {@link #position()} was applied before, and is
	 * skipped. Does not wait for the disk.
	 * @return completes with the position of the batch when it and all before are as
	 * durable as the store was opened to make them, in the order of the batches, on a
	 * thread of the store that is not to be held up; exceptionally with
	 * {@link StoreFailed} if it is not known whether they are
	 * @throws StoreFailed if the store has failed before, or fails now; it is to be
	 * closed then and opened again
	 * @throws IllegalArgumentException if a position was left out
	 */
	CompletionStage<Long> commit(Batch batch);

	/** The position of the last batch that was applied, 0 for none. */
	long position();

	/** Makes all durable that was committed, and closes. Stages complete before. */
	@Override
	void close();

	/** Takes rows. */
	@FunctionalInterface
	interface Visitor {

		/** Takes a row; returns whether it wants more. */
		boolean visit(byte[] key, byte[] value);

	}

}
