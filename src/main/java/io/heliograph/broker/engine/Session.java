package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Action;
import io.heliograph.account.Decision;
import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal;
import io.heliograph.broker.SessionView;
import io.heliograph.broker.Will;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.ReceivedRow;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session of MQTT: what the server remembers of a client id, connected or not. Fields
 * that are not final are guarded by the lock of the client id where nothing else is said.
 */
public final class Session {

	private static final Logger logger = LoggerFactory.getLogger(Session.class);

	private static final int MAX_RETAINED_DUE = 1_000;

	final Outbound outbound;

	/** Its queue, or null if it is not stored. */
	final @Nullable StoredQueue queue;

	final Map<ShareableFilter, Subscription> subscriptions = new LinkedHashMap<>(4);

	/**
	 * How many subscriptions there were, or came anew, but those of groups. Any thread.
	 */
	final AtomicInteger subscribed = new AtomicInteger();

	/** As many of them were given what is held, or are being so. The journal's. */
	int releasedTo;

	private final AtomicInteger retainedDue = new AtomicInteger();

	long expirySeconds;

	/** When its connection ended, or null if it has one. */
	@Nullable Instant disconnectedAt;

	/** How many of each lane of its queue are handed to its connection ahead. */
	int ahead;

	@Nullable Will will;

	Deadlines.@Nullable Deadline expiry;

	Deadlines.@Nullable Deadline delayedWill;

	private final SessionServices services;

	/**
	 * Packet ids of QoS 2 that were received and not released; guarded by the outbound
	 * half.
	 */
	private final Set<Integer> receivedIds = new HashSet<>(0);

	private volatile MqttClient client;

	private @Nullable Decided decided;

	/**
	 * @param number what its rows in the store begin with, or null if it is not stored
	 */
	Session(MqttClient client, SessionServices services, @Nullable Long number) {
		this.client = client;
		this.services = services;
		this.outbound = new Outbound(services.settings(), services.drops(), services.clock(), new Leaving());
		this.queue = (number != null) ? new StoredQueue(services.queues(), number, client.id(), this.outbound) : null;
	}

	public ClientId id() {
		return this.client.id();
	}

	MqttClient client() {
		return this.client;
	}

	void client(MqttClient client) {
		this.client = client;
	}

	/** Whether a device is connected to it. */
	boolean connected() {
		return this.outbound.link() != null;
	}

	/**
	 * Whether its client may read a topic, by the rules of the moment; not if that cannot
	 * be decided. A refusal is not counted.
	 */
	boolean mayRead(Topic topic) {
		try {
			return this.services.access().decide(this.client, Action.READ, topic).allowed();
		}
		catch (Throwable ex) {
			logger.error("Whether client '{}' may read a topic cannot be decided: it may not", id(), ex);
			return false;
		}
	}

	/**
	 * So much more of what is retained waits to be stored for it, or less. Any thread.
	 */
	void retainedDue(int count) {
		this.retainedDue.addAndGet(count);
	}

	/** Whether anything that is retained waits to be stored for it. Any thread. */
	boolean hasRetainedDue() {
		return this.retainedDue.get() > 0;
	}

	/**
	 * Whether so much of what is retained waits to be stored for it that it is to be
	 * subscribed to no more for now. Any thread.
	 */
	public boolean isBehind() {
		return this.retainedDue.get() >= MAX_RETAINED_DUE;
	}

	/** Asks to end its connection; returns whether it has one. */
	boolean disconnect(ReasonCode reason) {
		Link link = this.outbound.link();
		if (link != null) {
			link.close(reason);
		}
		return link != null;
	}

	boolean kept() {
		return this.expirySeconds > 0;
	}

	/** How it is stored, if it is. */
	SessionRow row() {
		if (this.queue == null) {
			throw new IllegalStateException("the session is not stored");
		}
		return new SessionRow(this.queue.session(), this.client, this.expirySeconds, this.disconnectedAt,
				(this.disconnectedAt == null) ? this.ahead : 0, this.outbound.sentBefore(), this.will);
	}

	/**
	 * Whether a copy of a quality of service is stored for it until it is acknowledged.
	 */
	boolean stores(Qos qos) {
		return this.queue != null && qos != Qos.AT_MOST_ONCE;
	}

	/** Whether its connection has begun for what comes by the thread of the journal. */
	boolean begun() {
		return this.queue == null || this.queue.begun();
	}

	/**
	 * Whether one copy of QoS 1 or 2 more would be sent at once. On the thread of the
	 * journal.
	 */
	boolean hasRoom() {
		return freePlaces() > 0;
	}

	/** How many more would be. On the thread of the journal. */
	int freePlaces() {
		return (this.queue != null) ? this.queue.freePlaces() : this.outbound.freePlaces();
	}

	/**
	 * Whether a delivery is sent and not acknowledged. Any thread.
	 * @param place where it is stored, or null if it is not
	 */
	boolean isSent(DeliveryKey delivery, @Nullable QueuePlace place) {
		boolean own = this.queue != null && place != null && place.session() == this.queue.session();
		return this.outbound.isSent(delivery, own ? place : null);
	}

	/**
	 * Queues a copy, in the store if it is to be there, and writes to the ledger what
	 * comes of it. On the thread of the journal.
	 * @return null, or why it cannot be delivered, which is not counted; it may be held
	 * if the session has ended
	 */
	@Nullable Drop take(Target target, Copy copy) {
		Drop drop = takeOfGroup(target, copy);
		if (copy.hold && endsWithSession(drop)) {
			this.services.queues().held().hold(target.batch(), copy, id());
		}
		else if (drop != null) {
			target.ledger().over(target.batch(), copy, Ending.of(drop), id());
		}
		return drop;
	}

	/** One that is not stored ends when its device is away. */
	private boolean endsWithSession(@Nullable Drop why) {
		return why == Drop.SESSION_ENDED || (why == Drop.OFFLINE && this.queue == null);
	}

	/**
	 * The same for a copy for one of a group, of which the ledger is told only if it is
	 * taken.
	 */
	@Nullable Drop takeOfGroup(Target target, Copy copy) {
		StoredQueue queue = this.queue;
		if (queue != null && stores(copy.qos)) {
			return queue.add(target.batch(), copy, target.alone(), target.deliveries());
		}
		Drop drop = this.outbound.offer(copy);
		if (drop == null) {
			target.ledger().queuedUnstored(target.batch(), copy, id());
		}
		return drop;
	}

	/**
	 * Writes what may be written now. On the thread of the connection.
	 * @return whether it is to be called again, since there is more
	 */
	public boolean pump(Link from, PacketWriter writer, Instant now) {
		return this.outbound.pump(from, writer, now, this::decide);
	}

	/**
	 * PUBACK came. On the thread of the connection, as the two below.
	 * @param refused whether its reason code is an error
	 */
	public void acknowledged(Link from, int packetId, boolean refused) {
		if (this.outbound.acknowledged(from, packetId, refused)) {
			from.wake();
		}
	}

	/**
	 * PUBREC came.
	 * @param refused whether its reason code is an error
	 * @param answer takes whether PUBREL is due, when that is durable, on any thread
	 */
	public void received(Link from, int packetId, boolean refused, Consumer<Boolean> answer) {
		Copy copy = this.outbound.received(from, packetId, refused);
		StoredQueue queue = this.queue;
		if (copy == null || !copy.stored || queue == null) {
			answer.accept(copy != null);
			return;
		}
		this.services.journal().write((batch) -> {
			queue.received(batch, copy, Ending.ACKED);
			return () -> answer.accept(true);
		});
	}

	/** PUBCOMP came. */
	public void completed(Link from, int packetId) {
		if (this.outbound.completed(from, packetId)) {
			from.wake();
		}
	}

	/** Whether it is the session of this connection, and not of a later one. */
	public boolean isOf(Link connection) {
		return this.outbound.link() == connection;
	}

	/**
	 * Notes a PUBLISH of QoS 2 from the device; returns false if it came before and was
	 * not released, or if the session is not that of the connection any more.
	 */
	public boolean receive(Link from, int packetId) {
		synchronized (this.outbound) {
			return isOf(from) && this.receivedIds.add(packetId);
		}
	}

	/** Such a PUBLISH was not taken: when it comes again it is a new one. */
	void forget(int packetId) {
		synchronized (this.outbound) {
			this.receivedIds.remove(packetId);
		}
	}

	/** Such a packet id was stored when the server started. */
	void recovered(ReceivedRow received) {
		synchronized (this.outbound) {
			this.receivedIds.add(received.packetId());
		}
	}

	/**
	 * Forgets a packet id at PUBREL, or because its PUBLISH was refused.
	 * @param answer takes whether it was known, when that is durable, on any thread
	 */
	public void release(Link from, int packetId, Consumer<Boolean> answer) {
		boolean known;
		synchronized (this.outbound) {
			known = isOf(from) && this.receivedIds.remove(packetId);
		}
		StoredQueue queue = this.queue;
		if (!known || queue == null) {
			answer.accept(known);
			return;
		}
		this.services.journal().write((batch) -> {
			batch.delete(Families.RECEIVED, new ReceivedRow(queue.session(), packetId).key());
			return () -> answer.accept(true);
		});
	}

	/** The packet ids of QoS 2 that were received and not released. */
	List<Integer> receivedIds() {
		synchronized (this.outbound) {
			return new ArrayList<>(this.receivedIds);
		}
	}

	SessionView view() {
		int queued = this.outbound.size();
		if (this.queue != null) {
			queued = this.queue.size() + this.outbound.unstored();
		}
		return new SessionView(id(), this.client.userName(), connected(), kept(), this.subscriptions.size(), queued);
	}

	/**
	 * Decides by the rules of the moment; the last answer is kept while they stay. Asked
	 * once for each copy that is to be written: a refusal is counted. Guarded by the
	 * outbound half.
	 */
	private Decision decide(SharedMessage shared) {
		AccessControl access = this.services.access();
		Topic topic = shared.message().topic();
		Decided decided = this.decided;
		long revision = access.revision();
		if (decided == null || decided.revision != revision || !decided.client.equals(this.client)
				|| !decided.topic.equals(topic)) {
			decided = new Decided(this.client, topic, revision, access.decide(this.client, Action.READ, topic));
			this.decided = decided;
		}
		if (!decided.decision.allowed()) {
			access.refused(Refusal.deliver(decided.client, topic, decided.decision));
		}
		return decided.decision;
	}

	/** What becomes of copies that the outbound half is done with. */
	private final class Leaving implements OutboundExit {

		@Override
		public void left(Copy copy, @Nullable Drop why) {
			SessionServices services = Session.this.services;
			StoredQueue queue = copy.stored ? Session.this.queue : null;
			if (copy.group != null && (why == Drop.DENIED || why == Drop.TOO_LARGE)) {
				services.handovers().undeliverable(id(), queue, copy, why);
				return;
			}
			if (copy.hold && endsWithSession(why)) {
				services.journal().readAndWrite((batch) -> {
					services.queues().held().hold(batch, copy, id());
					return Change.NOTHING;
				});
				return;
			}
			if (why != null) {
				services.drops().count(why);
			}
			Ending ending = ending(copy, why);
			Loan loan = copy.loan;
			if (queue != null) {
				services.journal().store((batch) -> queue.remove(batch, copy, ending));
				return;
			}
			if (loan != null) {
				services.journal().store((batch) -> loan.queue().remove(batch, loan, copy, ending));
			}
			else if (copy.delivery != null) {
				over(copy, ending);
			}
		}

		private static Ending ending(Copy copy, @Nullable Drop why) {
			if (copy.ending != null) {
				return copy.ending;
			}
			return (why != null) ? Ending.of(why) : Ending.ACKED;
		}

		private void over(Copy copy, Ending ending) {
			ClientId client = id();
			Session.this.services.journal()
				.store((batch) -> Session.this.services.queues().ledger().ended(batch, copy, ending, client));
		}

		@Override
		public void sent(Copy copy) {
			if (copy.delivery != null) {
				over(copy, Ending.SENT);
			}
		}

		@Override
		public void full(String limit, boolean oldestGoes) {
			Session.this.services.drops().queueIsFull(id(), limit, oldestGoes);
		}

		@Override
		public void received(Copy copy) {
			StoredQueue queue = copy.stored ? Session.this.queue : null;
			if (queue != null) {
				Ending ending = ending(copy, null);
				Session.this.services.journal().store((batch) -> queue.received(batch, copy, ending));
			}
		}

	}

	private record Decided(MqttClient client, Topic topic, long revision, Decision decision) {
	}

}
