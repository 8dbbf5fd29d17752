package io.heliograph.broker.store;

import org.jspecify.annotations.Nullable;

/**
 * The store can neither read nor write any more until it is opened again, or not even
 * then.
 */
public final class StoreFailed extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final boolean damaged;

	public StoreFailed(String message, @Nullable Throwable cause) {
		this(message, cause, false);
	}

	private StoreFailed(String message, @Nullable Throwable cause, boolean damaged) {
		super(message, cause);
		this.damaged = damaged;
	}

	/**
	 * It fails each time that something is read.
	 * @param message how it is damaged, and what to do, as sentences
	 */
	static StoreFailed damaged(String message, @Nullable Throwable cause) {
		return new StoreFailed(message, cause, true);
	}

	/** Whether to open it again is of no use; the message says what is, as sentences. */
	public boolean damaged() {
		return this.damaged;
	}

}
