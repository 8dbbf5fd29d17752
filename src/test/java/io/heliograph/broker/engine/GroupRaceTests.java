package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import io.heliograph.broker.store.MemoryStore;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each member of a group that stays has all in order, whenever others come, go and
 * acknowledge: everybody is on a thread of its own.
 */
class GroupRaceTests {

	private static final String GROUP = "$share/group/+";

	private static final int ROUNDS = 25;

	private static final long ROUND_MILLIS = 100;

	private static final int TOPICS = 2;

	private final Random random = new Random(5);

	private final AtomicBoolean over = new AtomicBoolean();

	/** The numbers that a member has had, by topic, in their order. */
	private final Map<String, List<Integer>> had = new HashMap<>();

	@Test
	void keepsTheOrderOfThoseWhoStay() {
		for (int round = 0; round < ROUNDS; round++) {
			this.over.set(false);
			this.had.clear();
			round();
			this.had.forEach((topic, numbers) -> assertThat(numbers).as(topic).isSorted());
			assertThat(this.had).isNotEmpty();
		}
	}

	private void round() {
		try (TestEngine engine = new TestEngine(new MemoryStore(), new MovedClock(), 0, TestEngines.KEEP_ALL)) {
			TestClient comesAndGoes = engine.client("comes and goes");
			comesAndGoes.receiveMaximum(1 + this.random.nextInt(5));
			comesAndGoes.connect(Opening.NEVER);
			comesAndGoes.subscribe(GROUP);
			TestClient stays = engine.client("stays");
			stays.receiveMaximum(1 + this.random.nextInt(5));
			stays.connect(0);
			stays.subscribe(GROUP);
			List<CompletableFuture<Void>> all = List.of(until(new Random(this.random.nextLong()), publish(engine)),
					until(new Random(this.random.nextLong()), comeAndGo(comesAndGoes)),
					until(new Random(this.random.nextLong()), stay(stays)));
			pause(ROUND_MILLIS);
			this.over.set(true);
			all.forEach(CompletableFuture::join);
		}
	}

	private CompletableFuture<Void> until(Random random, Step step) {
		return CompletableFuture.runAsync(() -> {
			while (!this.over.get()) {
				step.once(random);
				if (random.nextInt(3) == 0) {
					pause(random.nextInt(2));
				}
			}
		}, (action) -> new Thread(action).start());
	}

	private static Step publish(TestEngine engine) {
		int[] number = { 0 };
		return (random) -> engine.engine()
			.publish(List.of(TestMessages.message(random.nextInt(TOPICS) + "-" + ++number[0])));
	}

	private static Step comeAndGo(TestClient client) {
		List<Copy> unacknowledged = new ArrayList<>();
		return (random) -> {
			if (random.nextInt(30) == 0) {
				unacknowledged.clear();
				client.leave();
				client.connect(Opening.NEVER);
			}
			acknowledge(client, unacknowledged, random);
		};
	}

	private Step stay(TestClient client) {
		List<Copy> unacknowledged = new ArrayList<>();
		return (random) -> note(acknowledge(client, unacknowledged, random));
	}

	/** Some of what came, in order; returns what is new. */
	private static List<Copy> acknowledge(TestClient client, List<Copy> unacknowledged, Random random) {
		List<Copy> received = client.receiveNow();
		unacknowledged.addAll(received);
		while (!unacknowledged.isEmpty() && random.nextInt(4) > 0) {
			client.acknowledge(unacknowledged.remove(0));
		}
		return received;
	}

	private void note(List<Copy> copies) {
		for (Copy copy : copies) {
			String name = copy.shared().message().topic().name();
			int dash = name.indexOf('-');
			this.had.computeIfAbsent(name.substring(0, dash), (topic) -> new ArrayList<>())
				.add(Integer.valueOf(name.substring(dash + 1)));
		}
	}

	private static void pause(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What a thread does again and again. */
	private interface Step {

		void once(Random random);

	}

}
