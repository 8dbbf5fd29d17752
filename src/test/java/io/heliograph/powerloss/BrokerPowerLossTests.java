package io.heliograph.powerloss;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A start after a power loss finds all sessions, subscriptions, messages and deliveries
 * that were acknowledged, and nothing that contradicts itself. The seeds draw what is
 * done, the cuts and what they leave, but not how threads meet:
 * {@code -Dheliograph.broker-power-loss.seed=7} begins with another one,
 * {@code -Dheliograph.broker-power-loss.cuts=1000} makes more cuts of each run.
 */
@RequiresProgram(value = "strace", apt = "strace")
class BrokerPowerLossTests {

	private static final int SEED = Integer.getInteger("heliograph.broker-power-loss.seed", 1);

	private static final int CUTS = Integer.getInteger("heliograph.broker-power-loss.cuts", 100);

	private static final int CUTS_OF_MUTANT = 30;

	@TempDir
	private Path directory;

	/** The second run goes on with what a cut of the first one has left. */
	@Test
	void losesNothingThatWasAcknowledged() throws Exception {
		TracedRun first = run("first", "always", List.of(), SEED);
		look(first, "first", CUTS);
		PowerCut cut = IntStream.range(SEED, SEED + 10)
			.mapToObj((seed) -> new PowerCut(first, seed))
			.max((one, other) -> one.standing().size() - other.standing().size())
			.orElseThrow();
		cut.leave(this.directory.resolve("second"));
		List<Promise> inherited = cut.standing().stream().map(Promise::inherited).toList();
		TracedRun second = run("second", "always", inherited, SEED + 1);
		look(second, "second", CUTS);
	}

	@Test
	void losesWhatWasAcknowledgedIfNothingIsSynced() throws Exception {
		TracedRun run = run("off", "off", List.of(), SEED);
		assertThat(wrong(run, "off", CUTS_OF_MUTANT, new AtomicInteger())).anyMatch((one) -> one.contains("lost: "));
	}

	private TracedRun run(String name, String sync, List<Promise> inherited, int seed) throws Exception {
		Path data = Files.createDirectories(this.directory.resolve(name));
		return TracedRun.of(data, this.directory.resolve(name + "-log"), sync, inherited, seed);
	}

	private void look(TracedRun run, String name, int cuts) {
		AtomicInteger standing = new AtomicInteger();
		List<String> wrong = wrong(run, name, cuts, standing);
		System.err.println(name + ": " + run.log().lines() + " lines, " + run.log().calls().size() + " calls, "
				+ run.promises().size() + " promises, " + standing + " looked at in " + cuts + " cuts");
		assertThat(wrong).isEmpty();
		assertThat(standing.get()).as("promises").isGreaterThan(100 * cuts);
	}

	private List<String> wrong(TracedRun run, String name, int cuts, AtomicInteger standing) {
		List<String> wrong = Collections.synchronizedList(new ArrayList<>());
		IntStream.range(0, cuts).parallel().forEach((number) -> {
			try {
				PowerCut cut = new PowerCut(run, 1000L * SEED + number);
				standing.addAndGet(cut.standing().size());
				cut.look(this.directory.resolve(name + "-" + number))
					.forEach((one) -> wrong.add(name + ", cut " + number + ", " + one));
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
		return wrong;
	}

}
