package io.heliograph.lifecycle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalysisReporter;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.annotation.Order;

/** Writes why the application cannot start in one line, before others write more. */
@Order(0)
final class StartFailureReporter implements FailureAnalysisReporter {

	private static final Logger logger = LoggerFactory.getLogger(StartFailureReporter.class);

	/** It would say the same again. */
	private static final String OTHER = "org.springframework.boot.diagnostics.LoggingFailureAnalysisReporter";

	@Override
	public void report(FailureAnalysis analysis) {
		String action = (analysis.getAction() != null) ? " " + analysis.getAction() : "";
		logger.error("Heliograph cannot start. {}", (analysis.getDescription() + action).replaceAll("\\s+", " "));
		LoggingSystem.get(StartFailureReporter.class.getClassLoader()).setLogLevel(OTHER, LogLevel.OFF);
	}

}
