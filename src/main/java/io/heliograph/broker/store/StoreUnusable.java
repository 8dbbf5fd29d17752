package io.heliograph.broker.store;

import org.jspecify.annotations.Nullable;

/**
 * A store cannot be opened, and nothing of it was changed; the message says why and what
 * to do.
 */
public final class StoreUnusable extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public StoreUnusable(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
