package io.heliograph.broker;

import java.util.Optional;

/** Whether the store is open, or is opened again after it has failed. Thread-safe. */
public interface StoreLife {

	/**
	 * Why nothing is taken until it is open again, and the broker listens, as a sentence;
	 * or empty if both is so.
	 */
	Optional<String> failure();

}
