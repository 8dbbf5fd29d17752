package io.heliograph.powerloss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.heliograph.broker.engine.Engine;
import io.heliograph.broker.engine.TestEngines;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.RocksStore;
import io.heliograph.broker.store.StoreSettings;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.TestAccess;

import org.springframework.util.FileSystemUtils;

/**
 * The power is cut while the server runs, or starts or stops.
 */
final class PowerCut {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final TracedRun run;

	private final Random random;

	private final int line;

	private final List<Promise> standing;

	PowerCut(TracedRun run, long seed) {
		this.run = run;
		this.random = new Random(seed);
		List<TracedCall> calls = run.log().calls();
		TracedCall call = calls.get(this.random.nextInt(calls.size()));
		this.line = (call.end() != TracedCall.NEVER && this.random.nextBoolean()) ? call.end() + 1 : call.begin() + 1;
		this.standing = run.promises()
			.stream()
			.filter((one) -> one.standsAt(this.line))
			.map(Promise.Standing::promise)
			.toList();
	}

	/** What must be stored then. */
	List<Promise> standing() {
		return this.standing;
	}

	/** Leaves in a folder what there may be. */
	void leave(Path folder) throws IOException {
		this.run.folder().leave(folder, this.line, this.random);
	}

	/** Starts on what is left; returns what is wrong with it. */
	List<String> look(Path folder) throws IOException {
		Files.createDirectory(folder);
		leave(folder);
		List<String> wrong = new ArrayList<>();
		try {
			look(folder.resolve(TracedRun.BROKER), wrong);
		}
		catch (RuntimeException | AssertionError ex) {
			wrong.add("it does not start: " + ex);
		}
		if (wrong.isEmpty()) {
			FileSystemUtils.deleteRecursively(folder);
		}
		String when = "before line " + this.line + ": ";
		return wrong.stream().map((one) -> when + one).toList();
	}

	private void look(Path folder, List<String> wrong) {
		RocksStore store = RocksStore.open(folder, Families.ALL, StoreSettings.of("off"), Clock.systemUTC());
		try {
			StoredRows rows = new StoredRows(store);
			this.standing.stream()
				.filter((promise) -> !promise.isKept().test(rows))
				.forEach((promise) -> wrong.add("lost: " + promise.what()));
			wrong.addAll(rows.contradictions());
			store.missing().ifPresent((missing) -> wrong.add("it says that something is missing: " + missing));
			look(store, rows, wrong);
		}
		finally {
			store.close();
		}
	}

	/** Once all is done that a start has to do: it goes on while they are read. */
	private static List<String> contradictions(Engine engine, RocksStore store) {
		Instant patience = Instant.now().plus(PATIENCE);
		List<String> found = new StoredRows(store).contradictions();
		while (!found.isEmpty() && Instant.now().isBefore(patience)) {
			engine.durable().toCompletableFuture().join();
			found = new StoredRows(store).contradictions();
		}
		return found;
	}

	/** What the engine makes of it is all there, and fits together again. */
	private static void look(RocksStore store, StoredRows rows, List<String> wrong) {
		Engine engine = TestEngines.open(store, new TestAccess(), Clock.systemUTC());
		try {
			engine.durable().toCompletableFuture().join();
			for (String client : rows.sessions().keySet()) {
				if (engine.sessions().find(new ClientId(client)).isEmpty()) {
					wrong.add("the engine has no session of " + client);
				}
			}
			rows.counts().forEach((id, counts) -> {
				int deliveries = counts.values().stream().mapToInt(Integer::intValue).sum();
				if (TestEngines.ledger(engine).find(id).map((one) -> one.counts().total()).orElse(-1) != deliveries) {
					wrong.add("the ledger has not all of " + id);
				}
			});
			contradictions(engine, store).forEach((one) -> wrong.add("after the start: " + one));
		}
		finally {
			engine.close();
		}
	}

}
