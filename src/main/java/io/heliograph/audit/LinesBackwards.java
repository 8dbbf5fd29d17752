package io.heliograph.audit;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a file, the last one first, in blocks. What is behind the last end
 * of a line is none. For one thread; others may append meanwhile.
 */
final class LinesBackwards implements Closeable {

	private static final int BLOCK = 64 * 1024;

	private static final byte[] TOO_LONG = {};

	private final FileChannel file;

	private byte[] block = {};

	/** The offset of the block in the file. */
	private long blockStart;

	private long position;

	/**
	 * Opens a file.
	 * @param end the offset behind the lines that are wanted; more than there is for all
	 * @throws java.nio.file.NoSuchFileException if it is not there
	 */
	LinesBackwards(Path path, long end) throws IOException {
		this.file = FileChannel.open(path, StandardOpenOption.READ);
		this.position = lastEndBefore(Math.min(end, this.file.size())) + 1;
	}

	/** The offset of the line that was returned last; at first, that behind all lines. */
	long position() {
		return this.position;
	}

	/**
	 * Returns the line before, without its end, or null if there is none. One that is too
	 * long for a row comes as empty.
	 */
	byte @Nullable [] next() throws IOException {
		if (this.position == 0) {
			return null;
		}
		long end = this.position - 1;
		this.position = lastEndBefore(end) + 1;
		return (end - this.position < AuditRow.LONGEST) ? read(this.position, (int) (end - this.position)) : TOO_LONG;
	}

	/** Returns the offset of the last end of a line before an offset, or -1. */
	private long lastEndBefore(long offset) throws IOException {
		for (long i = offset - 1; i >= 0; i--) {
			if (i < this.blockStart || i >= this.blockStart + this.block.length) {
				long start = Math.max(0, i + 1 - BLOCK);
				this.block = read(start, (int) (i + 1 - start));
				this.blockStart = start;
			}
			if (this.block[(int) (i - this.blockStart)] == '\n') {
				return i;
			}
		}
		return -1;
	}

	private byte[] read(long offset, int length) throws IOException {
		if (offset >= this.blockStart && offset + length <= this.blockStart + this.block.length) {
			int from = (int) (offset - this.blockStart);
			return Arrays.copyOfRange(this.block, from, from + length);
		}
		ByteBuffer bytes = ByteBuffer.allocate(length);
		while (bytes.hasRemaining()) {
			if (this.file.read(bytes, offset + bytes.position()) < 0) {
				throw new EOFException("The file was cut while it was read");
			}
		}
		return bytes.array();
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

}
