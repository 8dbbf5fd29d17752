package io.heliograph.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The last few states of the database as SQL, in the data directory: what it is rebuilt
 * from when its file cannot be read.
 */
@Component
final class Snapshots {

	private static final Logger logger = LoggerFactory.getLogger(Snapshots.class);

	private static final String PREFIX = "snapshot-";

	private static final String SUFFIX = ".sql";

	/** The last two lines. The checksum is of all before its own line. */
	private static final Pattern END = Pattern
		.compile("\n-- end of the snapshot of change (\\d{1,18})\n-- checksum ([0-9a-f]{8})\n\\z");

	private static final int KEPT = 5;

	private final DataDirectory directory;

	Snapshots(DataDirectory directory) {
		this.directory = directory;
	}

	/** Writes a snapshot and deletes the oldest ones. */
	void write(Snapshot snapshot) throws IOException {
		List<Long> numbers = numbers();
		long next = numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
		String content = snapshot.script() + "\n-- end of the snapshot of change " + snapshot.change() + "\n";
		this.directory.write(name(next), content + "-- checksum " + checksum(content) + "\n");
		for (long number : numbers) {
			if (number <= next - KEPT) {
				Files.deleteIfExists(this.directory.path().resolve(name(number)));
			}
		}
	}

	/** Returns the names of all snapshots. */
	List<String> newestFirst() throws IOException {
		List<String> names = new ArrayList<>(numbers().stream().map(Snapshots::name).toList());
		Collections.reverse(names);
		return names;
	}

	/**
	 * @throws IOException if the snapshot is not as it was written, or cannot be read
	 */
	Snapshot read(String name) throws IOException {
		String content = Files.readString(this.directory.path().resolve(name));
		Matcher end = END.matcher(content);
		if (!end.find() || !checksum(content.substring(0, end.end(1) + 1)).equals(end.group(2))) {
			throw new IOException("it is not whole");
		}
		return new Snapshot(content.substring(0, end.start()), Long.parseLong(end.group(1)));
	}

	/** Returns the newest whole snapshot. */
	Optional<Snapshot> newest() throws IOException {
		for (String name : newestFirst()) {
			try {
				return Optional.of(read(name));
			}
			catch (IOException ex) {
				logger.warn("The snapshot {} cannot be used: {}", name, ex.getMessage());
			}
		}
		return Optional.empty();
	}

	private static String checksum(String content) {
		CRC32C checksum = new CRC32C();
		checksum.update(content.getBytes(StandardCharsets.UTF_8));
		return HexFormat.of().toHexDigits((int) checksum.getValue());
	}

	private List<Long> numbers() throws IOException {
		try (Stream<Path> files = Files.list(this.directory.path())) {
			return files.map((file) -> file.getFileName().toString())
				.filter((name) -> name.matches(PREFIX + "\\d{1,18}" + SUFFIX))
				.map((name) -> Long.valueOf(name.substring(PREFIX.length(), name.length() - SUFFIX.length())))
				.sorted()
				.toList();
		}
	}

	private static String name(long number) {
		return PREFIX + number + SUFFIX;
	}

}
