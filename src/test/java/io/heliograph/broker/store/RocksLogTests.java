package io.heliograph.broker.store;

import java.nio.file.Path;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import io.heliograph.testing.LoggedLines;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.InfoLogLevel;

import static org.assertj.core.api.Assertions.assertThat;

/** What of RocksDB's own lines is in our log. */
class RocksLogTests {

	@AutoClose
	private final LoggedLines lines = new LoggedLines("io.heliograph.broker.store.RocksDB");

	@BeforeEach
	void load(@TempDir Path directory) {
		RocksLibrary.load(directory);
	}

	/**
	 * 10 in a minute, another of which may begin meanwhile; other tests may have had
	 * those of this one.
	 */
	@Test
	void isLimitedForEachKind() {
		try (RocksLog log = new RocksLog()) {
			IntStream.range(0, 100).forEach((i) -> log.log(InfoLogLevel.ERROR_LEVEL, "error " + i + "\nits page"));
			IntStream.range(0, 100).forEach((i) -> log.log(InfoLogLevel.WARN_LEVEL, "warning " + i));
		}
		assertThat(of(Level.WARN)).isLessThanOrEqualTo(20);
		assertThat(of(Level.INFO)).isLessThanOrEqualTo(20);
		assertThat(this.lines.all()).allSatisfy((line) -> assertThat(line.getMessage()).doesNotContain("page"));
	}

	private long of(Level level) {
		return this.lines.all().stream().filter((line) -> line.getLevel() == level).count();
	}

}
