package io.heliograph.broker.engine;

import io.heliograph.broker.Fate;
import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one session. Guarded by the monitor of the session's
 * {@link Outbound}.
 */
public final class Copy {

	/**
	 * Packet ids from 1 on are those of normal priority, those above of high priority.
	 */
	static final int NORMAL_IDS = 49_152;

	private static final int HIGH_IDS = 16_383;

	private static final int IDENTIFIER_BYTES = 5;

	private static final int[] NONE = {};

	final SharedMessage shared;

	final Qos qos;

	final boolean retain;

	final int[] subscriptionIds;

	/** The shared subscription of whose group this is for one; null if it is for none. */
	final @Nullable ShareableFilter group;

	/**
	 * Its place among the session's copies of QoS 1 and 2 of its priority, or among those
	 * of QoS 0.
	 */
	long sequence;

	/** Whether it is in the store until it is acknowledged. */
	boolean stored;

	/** Where it stays in the queue of its group while this session has it, or null. */
	@Nullable Loan loan;

	/** Whether what is stored of it holds the message: no other copy shares that. */
	boolean alone;

	/** What it is found by in the ledger, or null if it is not in it. */
	@Nullable DeliveryKey delivery;

	/** Its number among the deliveries of the notification. */
	int number;

	/** Whether it is held again when it has to leave the queue. */
	boolean hold;

	/** What the ledger has of it so far; null for nothing. */
	@Nullable Fate before;

	/**
	 * What its delivery comes to, though the handshake with the device goes on; null if
	 * that is not known.
	 */
	@Nullable Ending ending;

	/** Whether it was sent before, in a connection that has ended. */
	boolean sent;

	/** Whether it may have been sent before, by a process that has ended. */
	boolean recovered;

	/**
	 * Whether the device has said that it received it, or is not to get it though it may
	 * hold the packet id (QoS 2): only PUBREL is due from here.
	 */
	boolean received;

	/** Whether it takes a place in the window of the present connection. */
	boolean inFlight;

	Copy(SharedMessage shared, Qos qos, boolean retain, int[] subscriptionIds, @Nullable ShareableFilter group) {
		this.shared = shared;
		this.qos = qos;
		this.retain = retain;
		this.subscriptionIds = subscriptionIds;
		this.group = group;
	}

	static int[] ids(int subscriptionId) {
		return (subscriptionId == 0) ? NONE : new int[] { subscriptionId };
	}

	public SharedMessage shared() {
		return this.shared;
	}

	/** The quality of service it is delivered with. */
	public Qos qos() {
		return this.qos;
	}

	/** The retain flag it is delivered with. */
	public boolean retain() {
		return this.retain;
	}

	/** The identifiers of the subscriptions that it matched, empty if they have none. */
	public int[] subscriptionIds() {
		return this.subscriptionIds;
	}

	Priority priority() {
		return this.shared.message().priority();
	}

	/**
	 * The packet id, which follows from the sequence, so that it needs no storage and is
	 * the same after a reconnect. Copies of another priority never have it.
	 */
	int packetId() {
		return packetId(priority(), this.sequence);
	}

	/** The packet id of what has this number among those of its priority. */
	static int packetId(Priority priority, long sequence) {
		return (priority == Priority.HIGH) ? (int) (sequence % HIGH_IDS) + 1 + NORMAL_IDS
				: (int) (sequence % NORMAL_IDS) + 1;
	}

	/** Whether it has this place in the queue of its session. */
	boolean isAt(QueuePlace place) {
		return this.sequence == place.sequence() && priority() == place.priority() && this.qos != Qos.AT_MOST_ONCE;
	}

	/**
	 * What it counts for in the bound of a queue, in bytes: the message, and the
	 * identifiers of subscriptions as the longest of them go on the wire.
	 */
	int size() {
		return this.shared.size() + IDENTIFIER_BYTES * this.subscriptionIds.length;
	}

}
