package io.heliograph.broker.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.slf4j.LoggerFactory;

/** What RocksDB has to say, in our log; by itself it writes files. */
final class RocksLog extends Logger {

	private static final org.slf4j.Logger log = LoggerFactory.getLogger("io.heliograph.broker.store.RocksDB");

	/**
	 * So many lines of a kind a minute, of all databases: one that cannot be opened is
	 * tried each second.
	 */
	private static final int MOST_LINES = 10;

	private static final AtomicLong minute = new AtomicLong();

	private static final AtomicInteger warnings = new AtomicInteger();

	private static final AtomicInteger errors = new AtomicInteger();

	RocksLog() {
		super(log.isDebugEnabled() ? InfoLogLevel.INFO_LEVEL : InfoLogLevel.WARN_LEVEL);
	}

	@Override
	protected void log(InfoLogLevel level, String message) {
		if (level.compareTo(InfoLogLevel.WARN_LEVEL) < 0 || level.compareTo(InfoLogLevel.FATAL_LEVEL) > 0
				|| isTooMuch((level == InfoLogLevel.WARN_LEVEL) ? warnings : errors)) {
			log.debug(message.strip());
			return;
		}
		// of an edit of its manifest it writes a page
		String line = message.strip().lines().findFirst().orElse("");
		if (level == InfoLogLevel.WARN_LEVEL) {
			log.info(line);
		}
		else {
			log.warn(line);
		}
	}

	private static boolean isTooMuch(AtomicInteger lines) {
		long now = TimeUnit.NANOSECONDS.toMinutes(System.nanoTime());
		if (minute.getAndSet(now) != now) {
			warnings.set(0);
			errors.set(0);
		}
		return lines.incrementAndGet() > MOST_LINES;
	}

}
