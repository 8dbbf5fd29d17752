package io.heliograph.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** The directory that holds everything, locked for this process until it is closed. */
@Component
public final class DataDirectory implements AutoCloseable {

	private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

	private final Path path;

	private final FileChannel lockFile;

	/**
	 * @throws DataDirectoryUnusable if it cannot be created, written to or locked
	 */
	DataDirectory(StorageSettings settings) {
		this.path = settings.dataDir().toAbsolutePath().normalize();
		try {
			create(this.path);
			this.lockFile = FileChannel.open(this.path.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
		}
		catch (FileAlreadyExistsException ex) {
			throw new DataDirectoryUnusable("The data directory " + this.path
					+ " cannot be used, because there is a file of this name; set heliograph.data-dir to a directory.",
					ex);
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The data directory " + this.path + " cannot be written to (" + ex
					+ "); let this user write there, or set heliograph.data-dir to another directory.", ex);
		}
		if (!lock()) {
			throw new DataDirectoryUnusable("The data directory " + this.path
					+ " is in use by another process; stop that, or set heliograph.data-dir to another directory.");
		}
	}

	private static void create(Path path) throws IOException {
		if (Files.isDirectory(path)) {
			return;
		}
		Path parent = path.getParent();
		if (parent != null) {
			Files.createDirectories(parent);
		}
		if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
			Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
		}
		else {
			Files.createDirectory(path);
		}
	}

	private boolean lock() {
		try {
			@Nullable FileLock lock = this.lockFile.tryLock();
			if (lock != null) {
				return true;
			}
			close();
			return false;
		}
		catch (OverlappingFileLockException | IOException ex) {
			close();
			return false;
		}
	}

	/** The absolute path. */
	public Path path() {
		return this.path;
	}

	/** Gives the lock back. */
	@Override
	public void close() {
		try {
			this.lockFile.close();
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
