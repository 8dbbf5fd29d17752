package io.heliograph.broker.store;

import java.util.concurrent.atomic.AtomicReference;

import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.slf4j.LoggerFactory;

/** What RocksDB has to say, in our log; by itself it writes files. */
final class RocksLog extends Logger {

	private static final org.slf4j.Logger log = LoggerFactory.getLogger("io.heliograph.broker.store.RocksDB");

	/**
	 * What was said last of errors, in any database: one that cannot be opened is tried
	 * again and again, and says the same each time.
	 */
	private static final AtomicReference<String> last = new AtomicReference<>("");

	RocksLog() {
		super(log.isDebugEnabled() ? InfoLogLevel.INFO_LEVEL : InfoLogLevel.WARN_LEVEL);
	}

	@Override
	protected void log(InfoLogLevel level, String message) {
		switch (level) {
			case DEBUG_LEVEL, INFO_LEVEL, HEADER_LEVEL, NUM_INFO_LOG_LEVELS -> log.debug(message.strip());
			case WARN_LEVEL -> log.info(message.strip());
			case ERROR_LEVEL, FATAL_LEVEL -> {
				if (!message.equals(last.getAndSet(message))) {
					log.warn(message.strip());
				}
			}
		}
	}

}
