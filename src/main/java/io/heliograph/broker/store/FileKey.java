package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

import org.jspecify.annotations.Nullable;

/**
 * What tells a file or a directory from another that has its name later.
 */
final class FileKey {

	static final FileKey UNKNOWN = new FileKey(null);

	private final @Nullable Object key;

	private FileKey(@Nullable Object key) {
		this.key = key;
	}

	/** That of what has this name now; unknown if it cannot be read. */
	static FileKey of(Path path) {
		try {
			return new FileKey(Files.readAttributes(path, BasicFileAttributes.class).fileKey());
		}
		catch (IOException ex) {
			return UNKNOWN;
		}
	}

	/** Whether it is that of another file, as far as both are known. */
	boolean isOther(FileKey other) {
		return this.key != null && other.key != null && !this.key.equals(other.key);
	}

}
