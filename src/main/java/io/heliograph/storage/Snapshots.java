package io.heliograph.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.stereotype.Component;

/**
 * The last few states of the database as SQL, in the data directory: what it is rebuilt
 * from when its file cannot be read.
 */
@Component
final class Snapshots {

	private static final String PREFIX = "snapshot-";

	private static final String SUFFIX = ".sql";

	/** The last line. */
	private static final String END = "-- end of the snapshot\n";

	private static final int KEPT = 3;

	private final DataDirectory directory;

	Snapshots(DataDirectory directory) {
		this.directory = directory;
	}

	/** Writes a snapshot and deletes the oldest ones. */
	void write(List<String> statements) throws IOException {
		List<Long> numbers = numbers();
		long next = numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
		this.directory.write(name(next), String.join("\n", statements) + "\n" + END);
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
	 * Checks that nothing of a snapshot is missing.
	 * @throws IOException if it is cut off or empty, or cannot be read
	 */
	void checkWhole(String name) throws IOException {
		String content = Files.readString(this.directory.path().resolve(name));
		if (!content.endsWith(END) || !isTable(content)) {
			throw new IOException("it is not whole");
		}
	}

	/** Whether this SQL creates a table. */
	static boolean isTable(String sql) {
		return sql.contains(" TABLE ");
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
