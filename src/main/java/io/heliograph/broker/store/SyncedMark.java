package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.CRC32C;

import io.heliograph.broker.store.Manifest.Sum;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that tells which batch was the last on the disk, and when: RocksDB passes over
 * damage in the middle of its log without a word. It is written in two places by turns,
 * so that one is whole wherever a write of the other ends. For one thread.
 */
final class SyncedMark implements AutoCloseable {

	/** A disk writes such a block or does not. */
	private static final int PLACE_BYTES = 4096;

	private static final int PLACES = 2;

	private static final int FORMAT = 0x48676d32;

	private static final int CHECKED_BYTES = 4 + 8 + 8 + 8 + 8 + 4;

	/** Behind it and its checksum are the logs, and theirs. */
	private static final int LOGS = CHECKED_BYTES + Integer.BYTES;

	private static final int SETTLED = 1;

	private static final Logger log = LoggerFactory.getLogger(SyncedMark.class);

	private final Path file;

	private final FileChannel channel;

	private @Nullable Mark last;

	private int next;

	private boolean failed;

	/** Whether there is none. */
	private boolean lost;

	private SyncedMark(Path file, FileChannel channel) {
		this.file = file;
		this.channel = channel;
	}

	/** Opens the file; makes it if it is not there. */
	static SyncedMark open(Path file) throws IOException {
		boolean there = Files.exists(file);
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
				StandardOpenOption.WRITE);
		SyncedMark mark = new SyncedMark(file, channel);
		try {
			if (there) {
				mark.read();
			}
			else {
				mark.lost = true;
				mark.make();
			}
			return mark;
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	/** Returns the mark of a file, which need not be there; null for none. */
	static @Nullable Mark read(Path file) throws IOException {
		if (!Files.exists(file)) {
			return null;
		}
		try (SyncedMark mark = new SyncedMark(file, FileChannel.open(file, StandardOpenOption.READ))) {
			mark.read();
			return mark.last;
		}
	}

	private void make() throws IOException {
		write(ByteBuffer.allocate(PLACES * PLACE_BYTES), 0);
		this.channel.force(true);
		try (FileChannel directory = FileChannel.open(this.file.toAbsolutePath().getParent())) {
			directory.force(true);
		}
	}

	private void read() throws IOException {
		for (int place = 0; place < PLACES; place++) {
			ByteBuffer bytes = ByteBuffer.allocate(PLACE_BYTES);
			while (bytes.hasRemaining()
					&& this.channel.read(bytes, (long) place * PLACE_BYTES + bytes.position()) >= 0) {
				// until it is full
			}
			Mark mark = parse(bytes);
			if (mark != null && (this.last == null || mark.isAfter(this.last))) {
				this.last = mark;
				this.next = (place + 1) % PLACES;
			}
		}
		this.lost = this.last == null;
	}

	/**
	 * Whether the file was not there, or no mark could be read. One is written before the
	 * first batch.
	 */
	boolean lost() {
		return this.lost;
	}

	private static @Nullable Mark parse(ByteBuffer bytes) {
		if (bytes.getInt(0) != FORMAT || bytes.getInt(CHECKED_BYTES) != checksum(bytes, 0, CHECKED_BYTES)) {
			return null;
		}
		bytes.position(Integer.BYTES);
		return new Mark(bytes.getLong(), Instant.ofEpochMilli(bytes.getLong()),
				new Sum(bytes.getLong(), bytes.getLong(), bytes.getInt()), parseLogs(bytes),
				bytes.getInt(LOGS) == SETTLED);
	}

	private static LogFiles parseLogs(ByteBuffer bytes) {
		int count = bytes.getInt(LOGS + Integer.BYTES);
		if (count <= 0 || count > LogFiles.MOST) {
			return LogFiles.NONE;
		}
		LogFiles logs = LogFiles.read(bytes.position(LOGS + Integer.BYTES));
		int length = Integer.BYTES + logs.bytes();
		return (bytes.getInt(LOGS + length) == checksum(bytes, LOGS, length)) ? logs : LogFiles.NONE;
	}

	private static int checksum(ByteBuffer bytes, int begin, int length) {
		CRC32C checksum = new CRC32C();
		checksum.update(bytes.slice(begin, length));
		return (int) checksum.getValue();
	}

	/** The last mark, or null for none. */
	@Nullable Mark last() {
		return this.last;
	}

	/**
	 * Writes a mark and brings it to the disk. What fails is logged, and tried again with
	 * the next.
	 */
	void write(Mark mark) {
		ByteBuffer bytes = ByteBuffer.allocate(PLACE_BYTES);
		LogFiles logs = mark.logs();
		Sum manifest = mark.manifest();
		bytes.putInt(FORMAT).putLong(mark.position()).putLong(mark.at().toEpochMilli());
		bytes.putLong(manifest.number()).putLong(manifest.length()).putInt(manifest.checksum());
		bytes.putInt(checksum(bytes, 0, CHECKED_BYTES));
		bytes.putInt(mark.settled() ? SETTLED : 0);
		logs.put(bytes);
		bytes.putInt(checksum(bytes, LOGS, Integer.BYTES + logs.bytes())).flip();
		try {
			write(bytes, (long) this.next * PLACE_BYTES);
			this.channel.force(false);
			this.next = (this.next + 1) % PLACES;
			this.last = mark;
			this.failed = false;
		}
		catch (IOException ex) {
			if (!this.failed) {
				log.warn("{} cannot be written ({}); damage that happens now may go unseen.", this.file, ex.toString());
			}
			this.failed = true;
		}
	}

	private void write(ByteBuffer bytes, long position) throws IOException {
		while (bytes.hasRemaining()) {
			this.channel.write(bytes, position + bytes.position());
		}
	}

	@Override
	public void close() {
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			log.warn("{} cannot be closed ({}).", this.file, ex.toString());
		}
	}

	/**
	 * A moment.
	 *
	 * @param position the last batch that was on the disk
	 * @param at when
	 * @param manifest what RocksDB had noted of its files
	 * @param logs of those that were there when the store was opened, the newest that
	 * were needed
	 * @param settled whether they were needed as long as nothing was added to the
	 * manifest
	 */
	record Mark(long position, Instant at, Sum manifest, LogFiles logs, boolean settled) {

		/** One of the files that notes nothing of them. */
		Mark(long position, Instant at) {
			this(position, at, Sum.NONE, LogFiles.NONE, false);
		}

		private boolean isAfter(Mark other) {
			return this.position > other.position || (this.position == other.position && this.at.isAfter(other.at));
		}

	}

}
