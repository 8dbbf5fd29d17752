package io.heliograph.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The lines of a file, the last one first. */
class LinesBackwardsTests {

	@TempDir
	private Path directory;

	private List<String> lines(String content, long end) throws IOException {
		Path file = Files.writeString(this.directory.resolve("file"), content, StandardCharsets.ISO_8859_1);
		List<String> found = new ArrayList<>();
		try (LinesBackwards lines = new LinesBackwards(file, end)) {
			for (byte[] line = lines.next(); line != null; line = lines.next()) {
				found.add(new String(line, StandardCharsets.ISO_8859_1));
				assertThat(content.substring((int) lines.position())).startsWith(found.get(found.size() - 1));
			}
		}
		return found;
	}

	@ParameterizedTest
	@CsvSource({ "'', ''", "a, ''", "'a|', a", "'a|b', a", "'a|b|', b-a", "'|', ''", "'||a|', 'a--'" })
	void areThoseThatHaveAnEnd(String content, String expected) throws IOException {
		List<String> found = lines(content.replace('|', '\n'), Long.MAX_VALUE);
		assertThat(String.join("-", found)).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "0, ''", "1, ''", "2, a", "3, a", "4, b-a", "5, b-a", "100, c-b-a" })
	void areThoseBeforeAnOffset(long end, String expected) throws IOException {
		assertThat(String.join("-", lines("a\nb\nc\n", end))).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 1000, 65_535, 65_536, 65_537, 300_000 })
	void mayBeLongerThanABlock(int longest) throws IOException {
		Random random = new Random(longest);
		List<String> expected = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			int length = (i % 4 == 0) ? longest : random.nextInt(longest);
			expected.add(String.valueOf((char) ('a' + i % 26)).repeat(length));
		}
		List<String> found = lines(String.join("\n", expected) + "\ntorn", Long.MAX_VALUE);
		Collections.reverse(expected);
		assertThat(found).isEqualTo(expected);
	}

	@Test
	void areEmptyIfTheyAreTooLongForARow() throws IOException {
		String longest = "x".repeat(AuditRow.LONGEST - 1);
		assertThat(lines("a\n" + longest + "\n" + longest + "x\n" + longest.repeat(5) + "\nb\n", Long.MAX_VALUE))
			.containsExactly("b", "", "", longest, "a");
	}

}
