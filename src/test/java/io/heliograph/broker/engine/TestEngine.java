package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import io.heliograph.broker.Message;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.Undelivered;
import io.heliograph.broker.engine.ClientIdSettings.ClientIdOwnership;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;

import org.jspecify.annotations.Nullable;

import static org.awaitility.Awaitility.await;

/** An engine with nothing around it, whose clock stands but where it is moved. */
final class TestEngine implements AutoCloseable {

	private final TestAccess access = new TestAccess();

	private final MovedClock clock;

	private volatile boolean diskIsFull;

	private final Engine engine;

	/** With room for 100 copies in each queue. */
	TestEngine() {
		this(100);
	}

	/**
	 * @param maxQueued how many copies have room in each queue
	 */
	TestEngine(int maxQueued) {
		this(new MemoryStore(), new MovedClock(), maxQueued, null);
	}

	/**
	 * One that goes on with what is in a store.
	 * @param stoppedAt when the one before stopped, or null for now
	 */
	TestEngine(Store store, MovedClock clock, @Nullable Instant stoppedAt) {
		this(store, clock, 100, stoppedAt);
	}

	private TestEngine(Store store, MovedClock clock, int maxQueued, @Nullable Instant stoppedAt) {
		this.clock = clock;
		this.engine = TestEngines.open(store, this.access, this.clock, maxQueued,
				TestEngines.clientIds(ClientIdOwnership.FIRST_USER, 100),
				(stoppedAt != null) ? stoppedAt : clock.instant(), () -> this.diskIsFull);
	}

	/** From here on the disk has no room, or has. */
	void diskIsFull(boolean full) {
		this.diskIsFull = full;
	}

	/**
	 * Waits until all that was done is stored, and what follows from it done; not if the
	 * engine is closed.
	 */
	void settle() {
		this.engine.durable().exceptionally((closed) -> null).toCompletableFuture().join();
	}

	TestAccess access() {
		return this.access;
	}

	MovedClock clock() {
		return this.clock;
	}

	Engine engine() {
		return this.engine;
	}

	/** A client that is not connected yet. */
	TestClient client(String id) {
		return new TestClient(this, id);
	}

	/** Publishes a message; returns how many sessions it matched. */
	int publish(Message message) {
		Outcome outcome = this.engine.publish(List.of(message)).toCompletableFuture().join().get(0);
		return ((Outcome.Routed) outcome).copies();
	}

	/**
	 * Moves the clock, and waits until all is done that is due then: the end of a session
	 * is the last of it.
	 */
	void pass(long seconds) {
		TestClient last = client("last");
		last.connect(seconds);
		last.leave();
		this.clock.move(Duration.ofSeconds(seconds));
		await().until(() -> !last.exists());
	}

	/**
	 * Waits until what was left behind so far is handed over, if no session left more
	 * than 80 copies or subscriptions: this is the last of it, and takes as many turns.
	 */
	void awaitHandovers() {
		TestClient heir = client("heir");
		heir.connect(Opening.NEVER);
		TestClient last = client("last");
		last.startClean(0);
		last.subscribe("$share/group/handovers/last");
		for (int i = 0; i < 80; i++) {
			publish(TestMessages.message("handovers/last"));
		}
		heir.subscribe("$share/group/handovers/last");
		last.leave();
		await().until(() -> heir.queued() == 80);
		heir.acknowledgedTopics();
		heir.unsubscribe("$share/group/handovers/last");
	}

	/**
	 * Moves the clock, and does something when what is due then waits for the lock of a
	 * client.
	 */
	void passBefore(TestClient client, long seconds, Runnable action) {
		ReentrantLock lock = (ReentrantLock) client.lock();
		lock.lock();
		try {
			this.clock.move(Duration.ofSeconds(seconds));
			await().until(lock::hasQueuedThreads);
			action.run();
		}
		finally {
			lock.unlock();
		}
	}

	/**
	 * What was not delivered, by cause; those of which there was nothing are left out.
	 */
	Map<String, Long> drops() {
		settle();
		return counted(this.engine.drops());
	}

	static Map<String, Long> counted(Undelivered drops) {
		return drops.counts()
			.entrySet()
			.stream()
			.filter((count) -> count.getValue() > 0)
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

	@Override
	public void close() {
		this.engine.close();
	}

}
