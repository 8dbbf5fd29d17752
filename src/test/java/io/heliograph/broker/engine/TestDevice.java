package io.heliograph.broker.engine;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.heliograph.account.Decision;
import io.heliograph.account.MqttClient;
import io.heliograph.broker.Message;
import io.heliograph.broker.Queued;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import io.heliograph.testing.WholeQueue;
import org.jspecify.annotations.Nullable;

/**
 * A device with a session that is stored and without a network, which may read all topics
 * but some. Not thread-safe.
 */
final class TestDevice {

	private static final int[] NO_IDENTIFIERS = {};

	private final Drops drops = new Drops();

	private final RecordingWriter writer = new RecordingWriter();

	private final Set<String> unreadable = new HashSet<>();

	private final Journal journal;

	private final Handovers handovers;

	private final StoredQueues queues;

	private final Session session;

	private TestLink link = new TestLink();

	private final MovedClock clock = new MovedClock();

	private boolean full;

	private boolean rulesFail;

	/** One that is away, and in no group. */
	TestDevice(int maxQueued) {
		this(maxQueued, true);
	}

	/** One whose session is not stored. */
	static TestDevice notStored(int maxQueued) {
		return new TestDevice(maxQueued, false);
	}

	private TestDevice(int maxQueued, boolean stored) {
		TestAccess access = new TestAccess();
		Store store = new MemoryStore();
		this.journal = new Journal(store, (cause) -> {
		});
		this.journal.start((batch) -> Change.NOTHING);
		SessionServices.Basics basics = new SessionServices.Basics(store, this.journal, TestEngines.sessions(maxQueued),
				access, this.drops, this.clock);
		LedgerWriter ledger = new LedgerWriter(store, this.clock, new Watches());
		SubscriptionIndex index = new MemorySubscriptionIndex();
		this.queues = new StoredQueues(basics, ledger, (client) -> null, index);
		Router router = new Router(index, new MemoryRetainedMessages(), basics, this.queues, () -> false);
		this.handovers = new Handovers(router, this.queues);
		this.session = new Session(new MqttClient(null, new ClientId("device"), InetAddress.getLoopbackAddress()),
				new SessionServices(basics, this.queues, this.handovers), stored ? (Long) 1L : null);
	}

	Outbound outbound() {
		return this.session.outbound;
	}

	private StoredQueue queue() {
		return Objects.requireNonNull(this.session.queue);
	}

	/** Waits until what was done is durable, and what follows from it done. */
	void settle() {
		this.journal.durable().join();
	}

	/** Its connection ends. */
	void detach() {
		int unacknowledged = outbound().detach();
		this.journal.write((batch) -> {
			queue().detached(unacknowledged);
			return Change.NOTHING;
		});
		settle();
	}

	/** Its session ends. */
	void end() {
		outbound().end();
		this.journal.write((batch) -> {
			queue().end();
			return Change.NOTHING;
		});
		this.queues.clearUp(queue(), this.handovers, Ending.of(Drop.SESSION_ENDED));
		settle();
	}

	/** What waits or is unacknowledged. */
	List<Queued> queued() {
		settle();
		return WholeQueue.of((client, from, limit) -> new QueuedCopies(this.queues.store(), this.journal)
			.of(this.session, from, limit), this.session.id());
	}

	/** How many copies wait or are unacknowledged. */
	int size() {
		settle();
		return this.session.view().queued();
	}

	RecordingWriter writer() {
		return this.writer;
	}

	/** Its connection, or the last one if it is away. */
	TestLink link() {
		return this.link;
	}

	/**
	 * What was not delivered, by cause; those of which there was nothing are left out.
	 */
	Map<String, Long> drops() {
		return TestEngine.counted(this.drops);
	}

	void denyRead(String topic) {
		this.unreadable.add(topic);
	}

	void letRulesFail(boolean fail) {
		this.rulesFail = fail;
	}

	MovedClock clock() {
		return this.clock;
	}

	/** Connects, in the place of the connection before if there is one. */
	void attach(int receiveMaximum) {
		this.link = new TestLink();
		int epoch = outbound().attach(this.link, receiveMaximum);
		if (this.session.queue == null) {
			return;
		}
		this.journal.readAndWrite((batch) -> {
			Deliveries deliveries = new Deliveries();
			queue().attached(batch, epoch, receiveMaximum, deliveries);
			return deliveries;
		});
		settle();
	}

	void offer(Qos qos, String... topics) {
		for (String topic : topics) {
			offer(TestMessages.message(topic, qos));
		}
	}

	void offer(Message message) {
		Copy copy = new Copy(SharedMessage.of(message), message.qos(), false, NO_IDENTIFIERS, null);
		if (copy.qos() == Qos.AT_MOST_ONCE || this.session.queue == null) {
			count(outbound().offer(copy));
			return;
		}
		this.journal.write((batch) -> {
			Deliveries deliveries = new Deliveries();
			count(queue().add(batch, copy, true, deliveries));
			return deliveries;
		});
		settle();
	}

	private void count(@Nullable Drop drop) {
		if (drop != null) {
			this.drops.count(drop);
		}
	}

	/** Lets what may be written be written; returns the packets. */
	List<String> pump() {
		this.full = outbound().pump(this.link, this.writer, this.clock.instant(),
				(shared) -> new Decision(mayRead(shared), null));
		settle();
		return this.writer.packets();
	}

	/** Whether there was more at the last pump than the writer took. */
	boolean wasFull() {
		return this.full;
	}

	private boolean mayRead(SharedMessage shared) {
		if (this.rulesFail) {
			throw new IllegalStateException("a defect in the rules");
		}
		return !this.unreadable.contains(shared.message().topic().name());
	}

	boolean puback(int packetId) {
		return outbound().acknowledged(this.link, packetId, false);
	}

	boolean pubrec(int packetId) {
		return received(packetId, false);
	}

	boolean pubackRefusing(int packetId) {
		return outbound().acknowledged(this.link, packetId, true);
	}

	boolean pubrecRefusing(int packetId) {
		return received(packetId, true);
	}

	private boolean received(int packetId, boolean refused) {
		CompletableFuture<Boolean> due = new CompletableFuture<>();
		this.session.received(this.link, packetId, refused, due::complete);
		return due.join();
	}

	boolean pubcomp(int packetId) {
		return outbound().completed(this.link, packetId);
	}

}
