package io.heliograph.broker.engine;

import io.heliograph.broker.store.Batch;

/** What is to be done to the store, and to what the {@link Journal}'s thread owns. */
@FunctionalInterface
interface Change {

	/** Nothing is to be done once it is durable. */
	Runnable NOTHING = () -> {
	};

	/**
	 * Adds to the batch, on the thread of the journal.
	 * @return what is done once it is durable, on a thread of the store, which it does
	 * not hold up
	 */
	Runnable apply(Batch batch);

	/**
	 * It was not made, or it is not known whether it was.
	 */
	default void failed(Throwable cause) {
	}

}
