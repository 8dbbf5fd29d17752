package io.heliograph.broker.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * A file that tells, a line for each time, what a store has lost. It is there until
 * somebody deletes it who has seen to it. Added to by one thread, read by any.
 */
final class LossReport {

	/** Those before are in the log. */
	private static final int MOST = 20;

	private static final String COMMENT = "#";

	private static final String HEADING = COMMENT
			+ " What the store has lost. /actuator/health shows it until this file is deleted.";

	private final Path file;

	LossReport(Path file) {
		this.file = file;
	}

	Path file() {
		return this.file;
	}

	/**
	 * Adds a sentence on what is missing, if it is not the last that was added: one that
	 * a crash has kept from going on sees the same again. It is on the disk when this
	 * returns.
	 */
	void add(String sentence, Instant seen) throws IOException {
		List<String> lines = new ArrayList<>(read());
		if (!lines.isEmpty() && lines.get(lines.size() - 1).endsWith(sentence)) {
			return;
		}
		lines.add(seen.truncatedTo(ChronoUnit.SECONDS) + ": " + sentence);
		List<String> content = new ArrayList<>(List.of(HEADING));
		content.addAll(lines.subList(Math.max(0, lines.size() - MOST), lines.size()));
		write(String.join("\n", content) + "\n");
	}

	private void write(String content) throws IOException {
		Path unfinished = this.file.resolveSibling(this.file.getFileName() + ".tmp");
		try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE,
				StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
			ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(UTF_8));
			while (bytes.hasRemaining()) {
				channel.write(bytes);
			}
			channel.force(true);
		}
		Files.move(unfinished, this.file, StandardCopyOption.ATOMIC_MOVE);
		try (FileChannel directory = FileChannel.open(this.file.toAbsolutePath().getParent())) {
			directory.force(true);
		}
	}

	/** What was lost, the last at the end; empty if nothing was, or it was deleted. */
	List<String> lines() {
		try {
			return read();
		}
		catch (IOException ex) {
			return List.of("What was lost cannot be read from " + this.file + " (" + ex + ")");
		}
	}

	private List<String> read() throws IOException {
		try {
			return Files.readAllLines(this.file, UTF_8)
				.stream()
				.filter((line) -> !line.startsWith(COMMENT) && !line.isBlank())
				.toList();
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
	}

}
