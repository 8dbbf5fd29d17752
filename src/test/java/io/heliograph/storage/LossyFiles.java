package io.heliograph.storage;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What {@link Files} does with a {@link LossyPath}, as far as this module uses it. */
final class LossyFiles extends FileSystemProvider {

	private static final int COPIED_AT_ONCE = 64 * 1024;

	private final Map<Path, LossyDisk> disks = new ConcurrentHashMap<>();

	/** Returns the path of its directory. */
	Path add(LossyDisk disk) {
		LossyFilePath.register();
		this.disks.put(disk.present(), disk);
		return LossyPath.of(disk.present());
	}

	void remove(LossyDisk disk) {
		this.disks.remove(disk.present());
	}

	private LossyDisk disk(Path path) {
		Path real = LossyPath.real(path);
		LossyDisk disk = this.disks.get(real);
		return (disk != null) ? disk : this.disks.get(real.getParent());
	}

	private static String name(Path path) {
		return LossyPath.real(path).getFileName().toString();
	}

	@Override
	public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
			throws IOException {
		LossyDisk disk = disk(path);
		Path real = LossyPath.real(path);
		synchronized (disk) {
			disk.check();
			if (Files.exists(real)) {
				FileChannel present = FileChannel.open(real, options, attributes);
				return new LossyChannel(disk, disk.file(name(path)), present);
			}
			return disk.perform(() -> {
				FileChannel present = FileChannel.open(real, options, attributes);
				disk.create(name(path));
				return new LossyChannel(disk, disk.file(name(path)), present);
			});
		}
	}

	@Override
	public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
			FileAttribute<?>... attributes) throws IOException {
		return newFileChannel(path, options, attributes);
	}

	@Override
	public void delete(Path path) throws IOException {
		LossyDisk disk = disk(path);
		if (!Files.exists(LossyPath.real(path))) {
			// throws
			Files.delete(LossyPath.real(path));
		}
		disk.perform(() -> {
			Files.delete(LossyPath.real(path));
			disk.delete(name(path));
			return null;
		});
	}

	@Override
	public void move(Path source, Path target, CopyOption... options) throws IOException {
		LossyDisk disk = disk(source);
		disk.perform(() -> {
			Files.move(LossyPath.real(source), LossyPath.real(target), options);
			disk.rename(name(source), name(target));
			return null;
		});
	}

	@Override
	public void copy(Path source, Path target, CopyOption... options) throws IOException {
		ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(LossyPath.real(source)));
		try (FileChannel copy = newFileChannel(target,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
			while (bytes.hasRemaining()) {
				ByteBuffer some = bytes.slice(bytes.position(), Math.min(bytes.remaining(), COPIED_AT_ONCE));
				bytes.position(bytes.position() + copy.write(some));
			}
		}
	}

	@Override
	public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
			throws IOException {
		disk(path).check();
		DirectoryStream<Path> real = Files.newDirectoryStream(LossyPath.real(path));
		return new DirectoryStream<>() {
			@Override
			public Iterator<Path> iterator() {
				Iterator<Path> files = real.iterator();
				return new Iterator<>() {
					@Override
					public boolean hasNext() {
						return files.hasNext();
					}

					@Override
					public Path next() {
						return LossyPath.of(files.next());
					}
				};
			}

			@Override
			public void close() throws IOException {
				real.close();
			}
		};
	}

	@Override
	public void checkAccess(Path path, AccessMode... modes) throws IOException {
		disk(path).check();
		Path real = LossyPath.real(path);
		real.getFileSystem().provider().checkAccess(real, modes);
	}

	@Override
	public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
			throws IOException {
		disk(path).check();
		return Files.readAttributes(LossyPath.real(path), type, options);
	}

	/** They are there for good at once. */
	@Override
	public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
		return Files.getFileAttributeView(LossyPath.real(path), type, options);
	}

	@Override
	public String getScheme() {
		return LossyPath.SCHEME;
	}

	@Override
	public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
		throw new UnsupportedOperationException();
	}

	@Override
	public FileSystem getFileSystem(URI uri) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Path getPath(URI uri) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void createDirectory(Path path, FileAttribute<?>... attributes) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isSameFile(Path path, Path other) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isHidden(Path path) {
		throw new UnsupportedOperationException();
	}

	@Override
	public FileStore getFileStore(Path path) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
		throw new UnsupportedOperationException();
	}

}
