package io.heliograph.broker;

import java.util.Optional;

/** Whether the store is open, or is opened again after it has failed. Thread-safe. */
public interface StoreLife {

	/** Why nothing is taken; empty if it is open, and the broker listens. */
	Optional<Failure> failure();

	/**
	 * A failure of the store.
	 *
	 * @param reason what has failed, and what follows, as a sentence
	 * @param lasting whether only another start of the process helps
	 */
	record Failure(String reason, boolean lasting) {
	}

}
