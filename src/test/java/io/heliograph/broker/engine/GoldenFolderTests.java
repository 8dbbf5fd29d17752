package io.heliograph.broker.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.RocksStore;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/** What was stored once is read by this build as it was meant. */
class GoldenFolderTests {

	@TempDir
	private Path directory;

	@Test
	void isReadValueByValue() throws IOException {
		isAsExpected("now-1.txt", GoldenReading.now(GoldenFolder.copy(this.directory)));
	}

	@Test
	void goesOnAsTimePasses() throws IOException {
		isAsExpected("later-1.txt", GoldenReading.later(GoldenFolder.copy(this.directory)));
	}

	private static void isAsExpected(String file, String read) throws IOException {
		try (InputStream expected = GoldenFolderTests.class.getResourceAsStream("/golden/" + file)) {
			String text = new String(Objects.requireNonNull(expected).readAllBytes(), UTF_8);
			assertThat(read.lines().toList()).containsExactlyElementsOf(text.lines().toList());
		}
	}

	/** Else a family could change, and nobody would see it. */
	@Test
	void hasRowsOfEveryFamily() throws IOException {
		List<Family> empty = new ArrayList<>(Families.ALL);
		try (RocksStore store = GoldenFolder.open(GoldenFolder.copy(this.directory), new MovedClock())) {
			for (Family family : Families.ALL) {
				store.scan(family, Families.EVERYTHING, (key, value) -> !empty.remove(family));
			}
		}
		assertThat(empty).isEmpty();
	}

}
