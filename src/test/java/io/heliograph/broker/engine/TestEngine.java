package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

import io.heliograph.broker.Delivery;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.Undelivered;
import io.heliograph.broker.engine.ClientIdSettings.ClientIdOwnership;
import io.heliograph.broker.engine.SessionSettings.QueueFull;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** An engine with nothing around it, whose clock stands but where it is moved. */
final class TestEngine implements AutoCloseable {

	/** What changes nothing in the store may lead to what does. */
	private static final int QUIET_ROUNDS = 2;

	private final TestAccess access;

	private final MovedClock clock;

	private final Store store;

	private final SessionSettings sessions;

	private final LedgerSettings ledger;

	private final boolean begunWithRows;

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
		this(maxQueued, QueueFull.REFUSE_NEWEST);
	}

	TestEngine(int maxQueued, QueueFull queueFull) {
		this(new TestAccess(), new MovedClock(), new MemoryStore(), TestEngines.sessions(maxQueued, queueFull), null,
				TestEngines.LEDGER);
	}

	/**
	 * One that goes on with what is in a store.
	 * @param stoppedAt when the one before stopped, or null for now
	 */
	TestEngine(Store store, MovedClock clock, @Nullable Instant stoppedAt) {
		this(store, clock, stoppedAt, TestEngines.LEDGER);
	}

	TestEngine(Store store, MovedClock clock, @Nullable Instant stoppedAt, LedgerSettings ledger) {
		this(new TestAccess(), clock, store, TestEngines.sessions(100), stoppedAt, ledger);
	}

	/**
	 * @param maxQueued how many copies have room in each queue
	 */
	TestEngine(Store store, MovedClock clock, int maxQueued, LedgerSettings ledger) {
		this(new TestAccess(), clock, store, TestEngines.sessions(maxQueued), null, ledger);
	}

	TestEngine(TestAccess access, MovedClock clock, Store store, SessionSettings sessions, @Nullable Instant stoppedAt,
			LedgerSettings ledger) {
		this.access = access;
		this.clock = clock;
		this.store = store;
		this.sessions = sessions;
		this.ledger = ledger;
		this.begunWithRows = store.position() > 0;
		this.engine = TestEngines.open(store, access, clock,
				new EngineSettings(sessions, TestEngines.clientIds(ClientIdOwnership.FIRST_USER, 100), ledger),
				(stoppedAt != null) ? stoppedAt : clock.instant(), () -> this.diskIsFull);
	}

	/** From here on the disk has no room, or has. */
	void diskIsFull(boolean full) {
		this.diskIsFull = full;
	}

	/**
	 * Closes it; returns another on the same store. Nobody says good-bye, as if it was
	 * killed.
	 */
	TestEngine restarted() {
		close();
		return new TestEngine(this.access, this.clock, this.store, this.sessions, null, this.ledger);
	}

	/** The families that have any row. */
	List<String> families() {
		settle();
		List<String> names = new ArrayList<>();
		for (Family family : Families.ALL) {
			this.store.scan(family, Families.EVERYTHING, (key, value) -> {
				names.add(family.name());
				return false;
			});
		}
		return names;
	}

	/**
	 * Waits until all that was done is stored, and what follows from it done; not if the
	 * engine is closed.
	 */
	void settle() {
		Instant patience = Instant.now().plusSeconds(30);
		boolean closed = false;
		for (int quiet = 0; quiet < QUIET_ROUNDS && !closed;) {
			boolean goesOn = goesOn();
			assertThat(Instant.now()).as("it settles").isBefore(patience);
			long before = this.store.position();
			closed = this.engine.durable().handle((done, failure) -> failure != null).toCompletableFuture().join();
			quiet = (goesOn || goesOn() || this.store.position() > before) ? 0 : quiet + 1;
		}
	}

	/** What is done from here on waits for the journal, which waits for the store. */
	void hold(CutStore store) {
		settle();
		store.hold();
		this.engine.publish(List.of(TestMessages.retained("before/it")));
		store.awaitCommit();
	}

	/** Whether something is done in portions that may change nothing in the store. */
	private boolean goesOn() {
		return !Inside.of(this.engine, StoredQueues.class, "queues").held().isIdle();
	}

	/** Waits until all that was done is in the store, durable or not. */
	void apply() {
		Journal journal = Inside.of(this.engine, Journal.class, "journal");
		for (int quiet = 0; quiet < QUIET_ROUNDS;) {
			long before = this.store.position();
			CompletableFuture<Void> applied = new CompletableFuture<>();
			journal.readAndWrite(new Change() {

				@Override
				public Runnable apply(Batch batch) {
					applied.complete(null);
					return NOTHING;
				}

				@Override
				public void failed(Throwable cause) {
					applied.complete(null);
				}

			});
			applied.join();
			quiet = (this.store.position() > before) ? 0 : quiet + 1;
		}
	}

	/** How many copies wait for a member of a group, or are lent to one. */
	int queuedFor(String group) {
		settle();
		return this.engine.groups().size(ShareableFilter.parse(group));
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

	/** A client that is not connected yet, of a user with its own name. */
	TestClient client(String id) {
		return client(id, id);
	}

	TestClient client(String id, String user) {
		return new TestClient(this, id, user);
	}

	/** A client that is not connected yet, and gives no name. */
	TestClient anonymous(String id) {
		return new TestClient(this, id, null);
	}

	/** Publishes a message; returns how many sessions it matched. */
	int publish(Message message) {
		Outcome outcome = this.engine.publish(List.of(message)).toCompletableFuture().join().get(0);
		return ((Outcome.Routed) outcome).copies();
	}

	/** Publishes notifications; returns the outcomes. */
	List<Outcome> notify(Notification... notifications) {
		return this.engine.notify(List.of(notifications)).toCompletableFuture().join();
	}

	/** What has become of a notification, as in {@code device: QUEUED}. */
	List<String> fates(Notification notification) {
		settle();
		return this.engine.ledger()
			.deliveries(notification.message().id(), null, null, 1000)
			.items()
			.stream()
			.map(TestEngine::text)
			.toList();
	}

	static String text(Delivery delivery) {
		String reason = (delivery.reason() != null) ? "(" + delivery.reason() + ")" : "";
		reason += (delivery.rule() != null) ? "(" + delivery.rule() + ")" : "";
		return ((delivery.group() != null) ? delivery.group() + " " : "") + delivery.client() + ": " + delivery.fate()
				+ reason;
	}

	/** The counts of a notification; those of a fate that none has are left out. */
	Map<Fate, Integer> counts(Notification notification) {
		settle();
		return this.engine.ledger().find(notification.message().id()).orElseThrow().counts().byFate();
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
		await().until(() -> heir.queued() + queuedFor("$share/group/handovers/last") == 80);
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

	/** Waits until nothing in memory and in the store contradicts the rest of it. */
	void audit() {
		settle();
		await().pollDelay(Duration.ZERO)
			.atMost(Duration.ofSeconds(5))
			.untilAsserted(() -> assertThat(EngineAudit.contradictions(this.engine, this.store, this.begunWithRows))
				.isEmpty());
	}

	@Override
	public void close() {
		try {
			audit();
		}
		finally {
			this.engine.close();
		}
	}

}
