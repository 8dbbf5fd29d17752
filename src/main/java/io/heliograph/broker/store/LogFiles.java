package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Logs of RocksDB by the numbers in their names, and their lengths. Each start leaves
 * one, and RocksDB does not see whether one of those before is still there or as long as
 * it was.
 *
 * @param lengths those of the logs, in bytes
 */
record LogFiles(SortedMap<Long, Long> lengths) {

	static final LogFiles NONE = new LogFiles(new TreeMap<>());

	private static final String NAME = "\\d{1,18}\\.log";

	/** So many fit in a mark. */
	static final int MOST = 250;

	/** Returns those of some files that are not empty. */
	static LogFiles of(List<Path> files) throws IOException {
		SortedMap<Long, Long> lengths = new TreeMap<>();
		for (Path file : files) {
			String name = file.getFileName().toString();
			long length = name.matches(NAME) ? Files.size(file) : 0;
			if (length > 0) {
				lengths.put(number(name), length);
			}
		}
		return new LogFiles(lengths);
	}

	private static long number(String name) {
		return Long.parseLong(name.substring(0, name.indexOf('.')));
	}

	/** Returns the newest of these whose number is not lower. */
	LogFiles from(long number) {
		SortedMap<Long, Long> rest = new TreeMap<>(this.lengths.tailMap(number));
		while (rest.size() > MOST) {
			rest.remove(rest.firstKey());
		}
		return new LogFiles(rest);
	}

	/** Returns those that are not among others, or shorter there. */
	LogFiles lostIn(LogFiles others) {
		SortedMap<Long, Long> lost = new TreeMap<>(this.lengths);
		lost.entrySet().removeIf((log) -> others.lengths.getOrDefault(log.getKey(), 0L) >= log.getValue());
		return new LogFiles(lost);
	}

	boolean isEmpty() {
		return this.lengths.isEmpty();
	}

	/** The size of what {@link #put} adds. */
	int bytes() {
		return Integer.BYTES + this.lengths.size() * 2 * Long.BYTES;
	}

	void put(ByteBuffer bytes) {
		bytes.putInt(this.lengths.size());
		this.lengths.forEach((number, length) -> bytes.putLong(number).putLong(length));
	}

	static LogFiles read(ByteBuffer bytes) {
		SortedMap<Long, Long> lengths = new TreeMap<>();
		for (int left = bytes.getInt(); left > 0; left--) {
			lengths.put(bytes.getLong(), bytes.getLong());
		}
		return new LogFiles(lengths);
	}

	/** Their names. */
	@Override
	public String toString() {
		return String.join(", ", this.lengths.keySet().stream().map("%06d.log"::formatted).toList());
	}

}
