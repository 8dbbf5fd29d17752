package io.heliograph.broker.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;

/**
 * Logs of RocksDB by the numbers in their names. Each start leaves one, and RocksDB does
 * not see whether one of those before is still there and all that it was; zeros it takes
 * for its end.
 *
 * @param sums those of the logs, nothing of which changes any more
 */
record LogFiles(SortedMap<Long, Sum> sums) {

	static final LogFiles NONE = new LogFiles(new TreeMap<>());

	private static final String NAME = "\\d{1,18}\\.log";

	/** So many fit in a mark. */
	static final int MOST = 160;

	/** A number and a sum. */
	private static final int ROW_BYTES = 3 * Long.BYTES;

	/** Returns those of some files that are not empty. */
	static LogFiles of(List<Path> files) throws IOException {
		SortedMap<Long, Sum> sums = new TreeMap<>();
		for (Path file : files) {
			String name = file.getFileName().toString();
			if (name.matches(NAME) && Files.size(file) > 0) {
				sums.put(number(name), Sum.of(file));
			}
		}
		return new LogFiles(sums);
	}

	private static long number(String name) {
		return Long.parseLong(name.substring(0, name.indexOf('.')));
	}

	/** Returns the newest of these whose number is not lower. */
	LogFiles from(long number) {
		SortedMap<Long, Sum> rest = new TreeMap<>(this.sums.tailMap(number));
		while (rest.size() > MOST) {
			rest.remove(rest.firstKey());
		}
		return new LogFiles(rest);
	}

	/** Returns those that are not among others, or are not the same there. */
	LogFiles lostIn(LogFiles others) {
		SortedMap<Long, Sum> lost = new TreeMap<>(this.sums);
		lost.entrySet().removeIf((log) -> log.getValue().equals(others.sums.get(log.getKey())));
		return new LogFiles(lost);
	}

	boolean isEmpty() {
		return this.sums.isEmpty();
	}

	/** The size of what {@link #put} adds. */
	int bytes() {
		return Integer.BYTES + this.sums.size() * ROW_BYTES;
	}

	void put(ByteBuffer bytes) {
		bytes.putInt(this.sums.size());
		this.sums.forEach((number, sum) -> bytes.putLong(number).putLong(sum.length()).putLong(sum.checksum()));
	}

	static LogFiles read(ByteBuffer bytes) {
		SortedMap<Long, Sum> sums = new TreeMap<>();
		for (int left = bytes.getInt(); left > 0; left--) {
			sums.put(bytes.getLong(), new Sum(bytes.getLong(), bytes.getLong()));
		}
		return new LogFiles(sums);
	}

	/** Their names. */
	@Override
	public String toString() {
		return String.join(", ", this.sums.keySet().stream().map("%06d.log"::formatted).toList());
	}

	/**
	 * What a log is.
	 *
	 * @param length in bytes
	 */
	record Sum(long length, long checksum) {

		private static Sum of(Path file) throws IOException {
			try (CheckedInputStream bytes = new CheckedInputStream(Files.newInputStream(file), new CRC32C())) {
				long length = bytes.transferTo(OutputStream.nullOutputStream());
				return new Sum(length, bytes.getChecksum().getValue());
			}
		}

	}

}
