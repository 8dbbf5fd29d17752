package io.heliograph.broker.engine;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.heliograph.broker.engine.SessionSettings.QueueFull;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever devices, publishers, time and power do: what was acknowledged comes, once with
 * QoS 2, the ledger says what became of it, and nothing contradicts itself. The seeds
 * draw what is done, but not how threads meet: {@code -Dheliograph.model.seed=7} begins
 * with another one.
 */
class ModelTests {

	private static final int STEPS = 250;

	private static final List<Integer> MAX_QUEUED = List.of(0, 0, 4);

	@Test
	void holdsForTheseSeeds() {
		run(Long.getLong("heliograph.model.seed", 1), 25);
	}

	@Test
	@Tag("long")
	void holdsForManySeeds() {
		run(Long.getLong("heliograph.model.seed", ThreadLocalRandom.current().nextInt()), 600);
	}

	private static void run(long first, int seeds) {
		System.out.println("seeds " + first + " to " + (first + seeds - 1));
		int cuts = 0;
		for (long seed = first; seed < first + seeds; seed++) {
			cuts += run(seed);
		}
		System.out.println(cuts + " cuts");
	}

	private static int run(long seed) {
		Model model = new Model(seed, MAX_QUEUED.get((int) Math.floorMod(seed, 3L)),
				QueueFull.values()[(int) Math.floorMod(seed / 3, (long) QueueFull.values().length)]);
		try (model) {
			new ModelSteps(model).run(STEPS);
			return model.cuts;
		}
		catch (RuntimeException | AssertionError ex) {
			throw new AssertionError("seed " + seed + ": " + ex.getMessage() + "\n" + String.join("\n", model.log()),
					ex);
		}
	}

}
