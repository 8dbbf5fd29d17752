package io.heliograph.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

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

	/** The last line. */
	private static final Pattern END = Pattern.compile("\n-- end of the snapshot of change (\\d{1,18})\n$");

	private static final int KEPT = 3;

	private final DataDirectory directory;

	Snapshots(DataDirectory directory) {
		this.directory = directory;
	}

	/**
	 * Writes a snapshot and deletes the oldest ones.
	 * @param change the number of the last change that is in it
	 */
	void write(List<String> statements, long change) throws IOException {
		List<Long> numbers = numbers();
		long next = numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
		this.directory.write(name(next),
				String.join("\n", statements) + "\n-- end of the snapshot of change " + change + "\n");
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
	 * Returns the number of the last change that is in a snapshot.
	 * @throws IOException if the snapshot is cut off or empty, or cannot be read
	 */
	long changeOf(String name) throws IOException {
		Matcher end = END.matcher(Files.readString(this.directory.path().resolve(name)));
		if (!end.find()) {
			throw new IOException("it is not whole");
		}
		return Long.parseLong(end.group(1));
	}

	/**
	 * Returns the number of the last change that is in the newest whole snapshot, or -1
	 * if there is none.
	 */
	long newestChange() throws IOException {
		for (String name : newestFirst()) {
			try {
				return changeOf(name);
			}
			catch (IOException ex) {
				logger.warn("The snapshot {} cannot be used: {}", name, ex.getMessage());
			}
		}
		return -1;
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
