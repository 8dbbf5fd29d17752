package io.heliograph.storage;

/**
 * The database or the disk does not take a change; the message says why, what became of
 * the change, and what to do.
 */
public final class ChangeRefused extends RuntimeException {

	public ChangeRefused(String message) {
		super(message);
	}

	public ChangeRefused(String message, Throwable cause) {
		super(message, cause);
	}

}
