package io.heliograph.audit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A row on its way to its file, where it is one line of JSON in ASCII: nothing that it
 * holds can look like the end of a line, to whatever shows the file.
 *
 * @param content the row without what comes first, its number
 * @param written comes to the number once the row is on the disk
 */
record AuditRow(String content, CompletableFuture<Long> written) {

	/** How long a line may be, in bytes, with its end. */
	static final int LONGEST = 1024 * 1024;

	private static final int LONGEST_NUMBER = 30;

	/** The last character of ASCII is a control character. */
	private static final int FIRST_ESCAPED = 0x7f;

	private static final int REPLACEMENT = 0xfffd;

	private static final JsonMapper MAPPER = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.build();

	/**
	 * Makes a row. If it were too long, it says in the place of the values how long they
	 * are.
	 */
	static AuditRow of(Instant at, AuditEvent event) {
		String text = ascii(MAPPER.writeValueAsString(event));
		if (text.length() > LONGEST - 2 * LONGEST_NUMBER) {
			text = ascii(MAPPER.writeValueAsString(event.withNote(Map.of("note",
					"left out, since the row would have " + text.length() + " bytes; 1 MiB is the most"))));
		}
		String content = ",\"at\":\"" + at.truncatedTo(ChronoUnit.MILLIS) + "\"," + text.substring(1);
		return new AuditRow(content, new CompletableFuture<>());
	}

	/** Returns what the line of a row holds of which a field begins with a value. */
	static byte[] beginning(String field, String value) {
		String json = ascii(MAPPER.writeValueAsString(Map.of(field, value)));
		return json.substring(1, json.length() - 2).getBytes(StandardCharsets.US_ASCII);
	}

	/** Half a surrogate pair is replaced: a row that holds one could not be read. */
	private static String ascii(String json) {
		StringBuilder ascii = new StringBuilder(json.length());
		json.codePoints().forEach((character) -> {
			if (character < FIRST_ESCAPED) {
				ascii.append((char) character);
				return;
			}
			boolean half = character <= Character.MAX_VALUE && Character.isSurrogate((char) character);
			for (char unit : Character.toChars(half ? REPLACEMENT : character)) {
				ascii.append("\\u").append(HexFormat.of().toHexDigits(unit));
			}
		});
		return ascii.toString();
	}

	/** The line with its end. */
	byte[] line(long id) {
		return ("{\"id\":" + id + this.content + "\n").getBytes(StandardCharsets.US_ASCII);
	}

	/** Returns what a line without its end says, or null if it is damaged. */
	static @Nullable AuditEntry parse(byte[] line) {
		try {
			return MAPPER.readValue(line, AuditEntry.class);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

}
