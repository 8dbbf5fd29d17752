package io.heliograph.broker.store;

import org.jspecify.annotations.Nullable;

/**
 * A store cannot be opened, and nothing of it was changed; the message says why and what
 * to do.
 */
public final class StoreUnusable extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final boolean damaged;

	public StoreUnusable(String message, @Nullable Throwable cause) {
		this(message, cause, false);
	}

	/**
	 * @param damaged whether what is in it is not what was written, so that to try again
	 * is of no use
	 */
	public StoreUnusable(String message, @Nullable Throwable cause, boolean damaged) {
		super(message, cause);
		this.damaged = damaged;
	}

	/** Whether what is in it is not what was written. */
	public boolean damaged() {
		return this.damaged;
	}

}
