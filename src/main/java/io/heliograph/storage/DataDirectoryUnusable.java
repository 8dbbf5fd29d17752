package io.heliograph.storage;

/** The data directory cannot be used; the message says why and what to do. */
public final class DataDirectoryUnusable extends RuntimeException {

	DataDirectoryUnusable(String message) {
		super(message);
	}

	public DataDirectoryUnusable(String message, Throwable cause) {
		super(message, cause);
	}

}
