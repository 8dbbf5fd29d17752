package io.heliograph.testing;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/** The lines of one logger, of INFO and above, which go nowhere else meanwhile. */
public final class LoggedLines implements AutoCloseable {

	private final Logger logger;

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	public LoggedLines(Class<?> logger) {
		this(logger.getName());
	}

	public LoggedLines(String logger) {
		this.logger = (Logger) LoggerFactory.getLogger(logger);
		this.appender.start();
		this.logger.addAppender(this.appender);
		this.logger.setLevel(Level.INFO);
		this.logger.setAdditive(false);
	}

	/** Returns those so far. */
	public List<ILoggingEvent> all() {
		return List.copyOf(this.appender.list);
	}

	/** Forgets those so far. */
	public void clear() {
		this.appender.list.clear();
	}

	@Override
	public void close() {
		this.logger.setAdditive(true);
		this.logger.setLevel(null);
		this.logger.detachAppender(this.appender);
	}

}
