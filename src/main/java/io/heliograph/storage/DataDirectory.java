package io.heliograph.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** The directory that holds everything, locked for this process until it is closed. */
@Component
public final class DataDirectory implements AutoCloseable {

	/** What must stay free for nothing to break that is there already. */
	static final long RESERVED_BYTES = 16 * 1024 * 1024;

	private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

	private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

	private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");

	private static final FileAttribute<?>[] PRIVATE_ATTRIBUTES = POSIX
			? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(PRIVATE) } : new FileAttribute<?>[0];

	private final Path path;

	private final Disk disk;

	private final FileChannel lockFile;

	private final boolean used;

	/**
	 * @throws DataDirectoryUnusable if it cannot be created, written to or locked
	 */
	@Autowired
	DataDirectory(StorageSettings settings) {
		this(Path.of(settings.dataDir()), (directory) -> Files.getFileStore(directory).getUsableSpace());
	}

	DataDirectory(Path path, Disk disk) {
		this.disk = disk;
		this.path = path.toAbsolutePath().normalize();
		try {
			create(this.path);
			this.lockFile = FileChannel.open(this.path.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE);
			if (!lock()) {
				throw new DataDirectoryUnusable("The data directory " + this.path
						+ " is in use by another process; stop that, or set heliograph.data-dir to another directory.");
			}
			this.used = Files.exists(this.path.resolve(DatabaseFile.NAME + H2File.EXTENSION));
		}
		catch (FileAlreadyExistsException ex) {
			throw new DataDirectoryUnusable("The data directory " + this.path
					+ " cannot be used, because there is a file of this name; set heliograph.data-dir to a directory.",
					ex);
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The data directory " + this.path + " cannot be written to or locked (" + ex
					+ "); let this user write there, or set heliograph.data-dir to another directory.", ex);
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
		if (POSIX) {
			Files.createDirectory(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
		}
		else {
			Files.createDirectory(path);
		}
	}

	private boolean lock() throws IOException {
		boolean locked = false;
		try {
			locked = this.lockFile.tryLock() != null;
		}
		catch (OverlappingFileLockException ex) {
			// another one in this process has it
		}
		finally {
			if (!locked) {
				this.lockFile.close();
			}
		}
		return locked;
	}

	/** The absolute path. */
	public Path path() {
		return this.path;
	}

	/** Whether a server was in use with it before this process. */
	public boolean wasUsed() {
		return this.used;
	}

	/**
	 * Returns a directory in it that only the owner of the process can read; creates it
	 * if it is not there.
	 * @throws DataDirectoryUnusable if that is not possible
	 */
	public Path subdirectory(String name) {
		Path subdirectory = this.path.resolve(name);
		if (Files.exists(subdirectory) && !Files.isDirectory(subdirectory)) {
			throw new DataDirectoryUnusable(subdirectory + " is a file, and a directory is to be there: move it away.");
		}
		try {
			create(subdirectory);
			force(this.path);
			return subdirectory;
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The directory " + subdirectory + " cannot be created (" + ex
					+ "); let this user write there, and make room if its disk is full.", ex);
		}
	}

	/**
	 * Creates an empty file that only the owner of the process can read. It is there for
	 * good when this returns.
	 * @param directory this one, or a subdirectory
	 */
	public void createFile(Path directory, String name) throws IOException {
		Files.createFile(directory.resolve(name), PRIVATE_ATTRIBUTES);
		force(directory);
	}

	/** Whether its disk has too little left for anything to be added. */
	boolean isFull() throws IOException {
		return this.disk.usableBytes(this.path) < RESERVED_BYTES;
	}

	/** What to say when it is. */
	String full() {
		return "The disk of the data directory " + this.path + " has less than " + RESERVED_BYTES / 1024 / 1024
				+ " MiB left; make room there.";
	}

	/**
	 * Writes a file that only the owner of the process can read, in the place of the one
	 * of this name. It is there as a whole, and on the disk, when this returns.
	 */
	public void write(String name, String content) throws IOException {
		Path unfinished = this.path.resolve(name + ".tmp");
		Files.deleteIfExists(unfinished);
		try (FileChannel file = FileChannel.open(unfinished,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PRIVATE_ATTRIBUTES)) {
			ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
			while (bytes.hasRemaining()) {
				file.write(bytes);
			}
			file.force(true);
		}
		move(unfinished.getFileName().toString(), name);
	}

	/**
	 * Lets only the owner of the process read a file; creates it, empty, if it is not
	 * there.
	 * @throws DataDirectoryUnusable if that is not possible
	 */
	void restrict(String name) {
		Path file = this.path.resolve(name);
		try {
			if (!Files.exists(file)) {
				Files.createFile(file, PRIVATE_ATTRIBUTES);
			}
			else if (POSIX) {
				Files.setPosixFilePermissions(file, PRIVATE);
			}
		}
		catch (IOException ex) {
			throw new DataDirectoryUnusable("The file " + file + " cannot be made readable for its owner alone (" + ex
					+ "); let this user own it.", ex);
		}
	}

	/** Renames a file, in the place of the one of the new name, for good. */
	void move(String name, String newName) throws IOException {
		Files.move(this.path.resolve(name), this.path.resolve(newName), StandardCopyOption.ATOMIC_MOVE);
		force(this.path);
	}

	/** Brings the names in a directory to the disk. */
	private static void force(Path directory) throws IOException {
		if (POSIX) {
			try (FileChannel channel = FileChannel.open(directory)) {
				channel.force(true);
			}
		}
	}

	/** Gives the lock back. */
	@Override
	public void close() {
		try {
			this.lockFile.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Knows how much can be written. */
	interface Disk {

		long usableBytes(Path path) throws IOException;

	}

}
