package io.heliograph.broker.store;

import java.nio.file.Path;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.InfoLogLevel;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** What of RocksDB's own lines is in our log. */
class RocksLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.heliograph.broker.store.RocksDB");

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	@BeforeEach
	void listen(@TempDir Path directory) {
		RocksLibrary.load(directory);
		this.lines.start();
		this.logger.addAppender(this.lines);
		this.logger.setLevel(Level.INFO);
		this.logger.setAdditive(false);
	}

	@AfterEach
	void close() {
		this.logger.setAdditive(true);
		this.logger.setLevel(null);
		this.logger.detachAppender(this.lines);
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
		assertThat(this.lines.list).allSatisfy((line) -> assertThat(line.getMessage()).doesNotContain("page"));
	}

	private long of(Level level) {
		return this.lines.list.stream().filter((line) -> line.getLevel() == level).count();
	}

}
