package io.heliograph.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that is there already, and that lines are appended to. For one thread. */
class AuditFile implements Closeable {

	private final FileChannel channel;

	private long length;

	AuditFile(Path path) throws IOException {
		this.channel = FileChannel.open(path, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
		this.length = this.channel.size();
	}

	/** In bytes. */
	long length() {
		return this.length;
	}

	/**
	 * Appends a line.
	 * @throws IOException if it is not there, or in part; it has to be cut off then
	 */
	void append(byte[] line) throws IOException {
		ByteBuffer bytes = ByteBuffer.wrap(line);
		while (bytes.hasRemaining()) {
			this.channel.write(bytes);
		}
		this.length += line.length;
	}

	/** Cuts off what is behind this length. */
	void cut(long length) throws IOException {
		this.channel.truncate(length);
		this.length = length;
	}

	/** Brings it to the disk. */
	void force() throws IOException {
		this.channel.force(true);
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
	}

}
