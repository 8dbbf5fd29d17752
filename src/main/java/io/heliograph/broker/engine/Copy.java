package io.heliograph.broker.engine;

import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one session. Guarded by the monitor of the session's
 * {@link Outbound}.
 */
public final class Copy {

	private static final int[] NONE = {};

	final SharedMessage shared;

	final Qos qos;

	final boolean retain;

	final int[] subscriptionIds;

	/** The shared subscription of whose group this is for one; null if it is for none. */
	final @Nullable ShareableFilter group;

	/**
	 * Its place among the session's copies of QoS 1 and 2; 0 for QoS 0, which has none.
	 */
	long sequence;

	/**
	 * Whether the device has said that it received it (QoS 2): only PUBREL is due from
	 * here.
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

	/**
	 * The packet id, which follows from the sequence, so that it needs no storage and is
	 * the same after a reconnect.
	 */
	int packetId() {
		return (int) (this.sequence % Window.PACKET_IDS) + 1;
	}

}
