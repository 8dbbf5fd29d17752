package io.heliograph.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of the last change that was answered, in a file of its own: H2 may open a
 * damaged database as it was before. It is written when the change is on the disk, and
 * before the answer, so that it never is too high.
 */
final class LastAnsweredChange {

	private static final Logger logger = LoggerFactory.getLogger(LastAnsweredChange.class);

	private static final String NAME = "last-change";

	/** Twice, for a flipped bit to be seen. */
	private static final Pattern CONTENT = Pattern.compile("(\\d{1,18}) \\1\n");

	private final DataDirectory directory;

	LastAnsweredChange(DataDirectory directory) {
		this.directory = directory;
	}

	void write(long number) throws IOException {
		this.directory.write(NAME, number + " " + number + "\n");
	}

	/** Returns nothing if it is not known. */
	OptionalLong read() throws IOException {
		Path file = this.directory.path().resolve(NAME);
		if (!Files.exists(file)) {
			return OptionalLong.empty();
		}
		Matcher content = CONTENT.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
		if (!content.matches()) {
			logger.warn("The file {} is damaged: a loss of changes of the last second would not be seen", file);
			return OptionalLong.empty();
		}
		return OptionalLong.of(Long.parseLong(content.group(1)));
	}

}
