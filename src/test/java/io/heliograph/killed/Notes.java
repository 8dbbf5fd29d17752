package io.heliograph.killed;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lines of a file, each of which has left the process before the next step is done.
 * Thread-safe.
 */
final class Notes {

	private static final String SUFFIX = ".notes";

	private final FileOutputStream file;

	Notes(Path directory, String name) {
		try {
			this.file = new FileOutputStream(directory.resolve(name + SUFFIX).toFile(), true);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	synchronized void add(String line) {
		try {
			this.file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** What a process has noted so far; nothing if it has not begun. */
	static List<String> read(Path directory, String name) {
		try {
			Path file = directory.resolve(name + SUFFIX);
			return Files.exists(file) ? Files.readAllLines(file) : List.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The rest of the lines that begin with a word, in their order. */
	static List<String> read(Path directory, String name, String word) {
		return read(directory, name).stream()
			.filter((line) -> line.startsWith(word + " "))
			.map((line) -> line.substring(word.length() + 1))
			.toList();
	}

}
