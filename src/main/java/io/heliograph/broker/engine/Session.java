package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Action;
import io.heliograph.account.Decision;
import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal;
import io.heliograph.broker.SessionView;
import io.heliograph.broker.Will;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A session of MQTT: what the server remembers of a client id, connected or not. Fields
 * that are not final are guarded by the lock of the client id where nothing else is said.
 */
public final class Session {

	final Outbound outbound;

	final Map<ShareableFilter, Subscription> subscriptions = new LinkedHashMap<>(4);

	long expirySeconds;

	@Nullable Will will;

	Deadlines.@Nullable Deadline expiry;

	Deadlines.@Nullable Deadline delayedWill;

	private final AccessControl access;

	private final Handovers handovers;

	/**
	 * Packet ids of QoS 2 that were received and not released; guarded by the outbound
	 * half.
	 */
	private final Set<Integer> receivedIds = new HashSet<>(0);

	private volatile MqttClient client;

	private @Nullable Decided decided;

	Session(MqttClient client, AccessControl access, Outbound outbound, Handovers handovers) {
		this.client = client;
		this.access = access;
		this.outbound = outbound;
		this.handovers = handovers;
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

	/**
	 * Writes what may be written now. On the thread of the connection.
	 * @return whether it is to be called again, since there is more
	 */
	public boolean pump(Link from, PacketWriter writer, Instant now) {
		Outbound.Turn turn = this.outbound.pump(from, writer, now, this::mayRead);
		if (turn.undeliverable() != null && turn.why() != null) {
			this.handovers.undeliverable(turn.undeliverable(), turn.why());
		}
		return turn.more();
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
	 * @return whether PUBREL is due
	 */
	public boolean received(Link from, int packetId, boolean refused) {
		return this.outbound.received(from, packetId, refused);
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

	/**
	 * Forgets a packet id at PUBREL, or because its PUBLISH was refused; returns whether
	 * it was known.
	 */
	public boolean release(Link from, int packetId) {
		synchronized (this.outbound) {
			return isOf(from) && this.receivedIds.remove(packetId);
		}
	}

	SessionView view() {
		return new SessionView(id(), this.client.userName(), connected(), kept(), this.subscriptions.size(),
				this.outbound.size());
	}

	/**
	 * Decides by the rules of the moment; the last answer is kept while they stay. Asked
	 * once for each copy that is to be written: a refusal is counted. Guarded by the
	 * outbound half.
	 */
	private boolean mayRead(SharedMessage shared) {
		Topic topic = shared.message().topic();
		Decided decided = this.decided;
		long revision = this.access.revision();
		if (decided == null || decided.revision != revision || !decided.client.equals(this.client)
				|| !decided.topic.equals(topic)) {
			decided = new Decided(this.client, topic, revision, this.access.decide(this.client, Action.READ, topic));
			this.decided = decided;
		}
		if (!decided.decision.allowed()) {
			this.access.refused(Refusal.deliver(decided.client, topic, decided.decision));
		}
		return decided.decision.allowed();
	}

	private record Decided(MqttClient client, Topic topic, long revision, Decision decision) {
	}

}
