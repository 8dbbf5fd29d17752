package io.heliograph.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.heliograph.storage.DataDirectory;

import org.springframework.stereotype.Component;

/**
 * The files of the audit log, in a directory of their own. Each has the number of its
 * first row, so that an empty one, too, says which numbers were used. Thread-safe.
 */
@Component
final class AuditFiles {

	private static final Pattern NAME = Pattern.compile("audit-(\\d{1,18})\\.jsonl");

	private final DataDirectory data;

	private final Path directory;

	/**
	 * @throws io.heliograph.storage.DataDirectoryUnusable if the directory is not there
	 * and cannot be created
	 */
	AuditFiles(DataDirectory data) {
		this.data = data;
		this.directory = data.subdirectory("audit");
	}

	Path directory() {
		return this.directory;
	}

	Path path(long number) {
		return this.directory.resolve(name(number));
	}

	private static String name(long number) {
		return "audit-%010d.jsonl".formatted(number);
	}

	/** Returns the numbers of all files. */
	NavigableSet<Long> numbers() throws IOException {
		NavigableSet<Long> numbers = new TreeSet<>();
		try (Stream<Path> files = Files.list(this.directory)) {
			files.forEach((file) -> {
				Matcher name = NAME.matcher(file.getFileName().toString());
				if (name.matches()) {
					numbers.add(Long.valueOf(name.group(1)));
				}
			});
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
		return numbers;
	}

	/** Creates an empty file. */
	void create(long number) throws IOException {
		this.data.createFile(this.directory, name(number));
	}

	void delete(long number) throws IOException {
		Files.delete(path(number));
	}

	/** In bytes. */
	long size(long number) throws IOException {
		return Files.size(path(number));
	}

	/** Returns the first row of a file that can be read. */
	Optional<AuditEntry> first(long number) throws IOException {
		try (Stream<String> lines = Files.lines(path(number), StandardCharsets.ISO_8859_1)) {
			return lines.map((line) -> AuditRow.parse(line.getBytes(StandardCharsets.ISO_8859_1)))
				.filter(Objects::nonNull)
				.findFirst();
		}
		catch (UncheckedIOException ex) {
			throw ex.getCause();
		}
	}

	/** Returns the last row of a file that can be read. */
	Optional<AuditEntry> last(long number) throws IOException {
		try (LinesBackwards lines = new LinesBackwards(path(number), Long.MAX_VALUE)) {
			for (byte[] line = lines.next(); line != null; line = lines.next()) {
				AuditEntry entry = AuditRow.parse(line);
				if (entry != null) {
					return Optional.of(entry);
				}
			}
			return Optional.empty();
		}
	}

}
