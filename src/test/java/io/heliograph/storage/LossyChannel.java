package io.heliograph.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;

import org.h2.store.fs.FileBase;

/** A file of a {@link LossyDisk}, or the directory itself. */
final class LossyChannel extends FileBase {

	private final LossyDisk disk;

	private final LossyFile file;

	private final FileChannel present;

	/**
	 * @param file {@code null} for the directory
	 */
	LossyChannel(LossyDisk disk, LossyFile file, FileChannel present) {
		this.disk = disk;
		this.file = file;
		this.present = present;
		disk.opened(present);
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		this.disk.check();
		return this.present.read(target);
	}

	@Override
	public int read(ByteBuffer target, long position) throws IOException {
		this.disk.check();
		return this.present.read(target, position);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		int written = write(source, position());
		position(position() + written);
		return written;
	}

	@Override
	public int write(ByteBuffer source, long position) throws IOException {
		byte[] bytes = new byte[source.remaining()];
		source.get(bytes);
		return this.disk.perform(() -> {
			ByteBuffer rest = ByteBuffer.wrap(bytes);
			while (rest.hasRemaining()) {
				this.present.write(rest, position + rest.position());
			}
			this.file.write(position, bytes);
			return bytes.length;
		});
	}

	@Override
	public FileChannel truncate(long size) throws IOException {
		return this.disk.perform(() -> {
			if (size < this.present.size()) {
				this.present.truncate(size);
				this.file.truncate(size);
			}
			return this;
		});
	}

	@Override
	public void force(boolean metaData) throws IOException {
		this.disk.perform(() -> {
			if (this.file != null) {
				this.file.force();
			}
			else {
				this.disk.force();
			}
			return null;
		});
	}

	@Override
	public long position() throws IOException {
		return this.present.position();
	}

	@Override
	public FileChannel position(long position) throws IOException {
		this.present.position(position);
		return this;
	}

	@Override
	public long size() throws IOException {
		this.disk.check();
		return this.present.size();
	}

	@Override
	public FileLock tryLock(long position, long size, boolean shared) throws IOException {
		this.disk.check();
		return this.present.tryLock(position, size, shared);
	}

	@Override
	protected void implCloseChannel() throws IOException {
		this.disk.closed(this.present);
		this.present.close();
	}

}
