package io.heliograph.storage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A start after a power loss finds all that was answered, and nothing that was never
 * asked for; where the database itself is lost, all that the newest snapshot has. The
 * seeds draw everything but how threads meet: {@code -Dheliograph.power-loss.seed=7} runs
 * one of them, {@code -Dheliograph.power-loss.seeds=100} the first hundred.
 */
class PowerLossTests {

	private static final int CUTS_OF_A_SEED = 10;

	private static final int AT_ONCE = 8;

	private final List<Logger> loggers = List.of(logger("io.heliograph.storage"), logger("com.zaxxer.hikari"));

	@TempDir
	private Path directory;

	private static Logger logger(String name) {
		return (Logger) LoggerFactory.getLogger(name);
	}

	/** They report each cut. */
	@BeforeEach
	void turnLoggersOff() {
		this.loggers.forEach((logger) -> logger.setLevel(Level.OFF));
	}

	@AfterEach
	void turnLoggersOn() {
		this.loggers.forEach((logger) -> logger.setLevel(null));
	}

	@Test
	void losesNothingThatWasAnswered() throws InterruptedException, TimeoutException {
		PowerCuts.Figures figures = new PowerCuts.Figures();
		List<String> failures = new ArrayList<>();
		ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
		try {
			List<Integer> seeds = seeds();
			List<Future<PowerCuts.Figures>> runs = seeds.stream()
				.map((seed) -> threads
					.submit(() -> new PowerCuts(this.directory.resolve("seed-" + seed), seed).run(CUTS_OF_A_SEED)))
				.toList();
			for (int i = 0; i < runs.size(); i++) {
				try {
					figures.add(runs.get(i).get(5, TimeUnit.MINUTES));
				}
				catch (ExecutionException ex) {
					failures.add("seed " + seeds.get(i) + ", " + ex.getCause().getMessage());
				}
			}
		}
		finally {
			threads.shutdownNow();
		}
		assertThat(failures).as(figures.toString()).isEmpty();
	}

	private static List<Integer> seeds() {
		Integer one = Integer.getInteger("heliograph.power-loss.seed");
		int all = Integer.getInteger("heliograph.power-loss.seeds", 20);
		return (one != null) ? List.of(one) : IntStream.rangeClosed(1, all).boxed().toList();
	}

}
