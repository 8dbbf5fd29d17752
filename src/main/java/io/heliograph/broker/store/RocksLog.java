package io.heliograph.broker.store;

import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.slf4j.LoggerFactory;

/** What RocksDB has to say, in our log; by itself it writes files. */
final class RocksLog extends Logger {

	private static final org.slf4j.Logger log = LoggerFactory.getLogger("io.heliograph.broker.store.RocksDB");

	RocksLog() {
		super(log.isDebugEnabled() ? InfoLogLevel.INFO_LEVEL : InfoLogLevel.WARN_LEVEL);
	}

	@Override
	protected void log(InfoLogLevel level, String message) {
		switch (level) {
			case DEBUG_LEVEL, INFO_LEVEL, HEADER_LEVEL, NUM_INFO_LOG_LEVELS -> log.debug(message.strip());
			case WARN_LEVEL -> log.info(message.strip());
			case ERROR_LEVEL, FATAL_LEVEL -> log.warn(message.strip());
		}
	}

}
