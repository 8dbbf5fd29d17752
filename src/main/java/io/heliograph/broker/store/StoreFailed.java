package io.heliograph.broker.store;

/** The store can neither read nor write any more until it is opened again. */
public final class StoreFailed extends RuntimeException {

	private static final long serialVersionUID = 1L;

	public StoreFailed(String message, Throwable cause) {
		super(message, cause);
	}

}
