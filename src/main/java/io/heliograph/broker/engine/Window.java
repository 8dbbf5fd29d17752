package io.heliograph.broker.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The copies of a session that were sent and are not acknowledged, and which of them the
 * present connection has yet to see again. Guarded by the monitor of the
 * {@link Outbound}.
 */
final class Window {

	static final int PACKET_IDS = 65_535;

	/** By packet id, in the order in which they were sent first. */
	private final Map<Integer, Copy> copies = new LinkedHashMap<>();

	private final Deque<Copy> resend = new ArrayDeque<>(0);

	private int receiveMaximum;

	private int inFlight;

	/**
	 * A connection begins: what is here comes first and again.
	 * @param receiveMaximum how many copies may be unacknowledged in it at once
	 */
	void open(int receiveMaximum) {
		this.receiveMaximum = receiveMaximum;
		this.inFlight = 0;
		this.resend.clear();
		this.resend.addAll(this.copies.values());
		this.copies.values().forEach((copy) -> copy.inFlight = false);
	}

	/** What is due again next, or null. */
	@Nullable Copy nextToResend() {
		return this.resend.peek();
	}

	/**
	 * Whether a copy, new or due again, may be written now. A packet id must not come
	 * again while the copy that had it is unacknowledged.
	 */
	boolean hasRoomFor(Copy copy) {
		if (copy.qos == Qos.AT_MOST_ONCE || copy.received) {
			return true;
		}
		if (this.inFlight >= this.receiveMaximum) {
			return false;
		}
		Iterator<Copy> oldest = this.copies.values().iterator();
		return !oldest.hasNext() || copy.sequence - oldest.next().sequence < PACKET_IDS;
	}

	/** It was written, for the first time or again; QoS 0 takes no place. */
	void written(Copy copy) {
		if (copy.qos == Qos.AT_MOST_ONCE) {
			return;
		}
		this.resend.remove(copy);
		this.copies.put(copy.packetId(), copy);
		if (!copy.received) {
			copy.inFlight = true;
			this.inFlight++;
		}
	}

	/** The unacknowledged copy with that packet id, or null if it is not of that QoS. */
	@Nullable Copy find(int packetId, Qos qos) {
		Copy copy = this.copies.get(packetId);
		return (copy != null && copy.qos == qos) ? copy : null;
	}

	/** The device has said that it received it: only PUBREL is due from here. */
	void received(Copy copy) {
		copy.received = true;
		this.resend.remove(copy);
	}

	/** It is of no concern any more, if it is here at all. */
	void remove(Copy copy) {
		if (!this.copies.remove(copy.packetId(), copy)) {
			return;
		}
		this.resend.remove(copy);
		if (copy.inFlight) {
			this.inFlight--;
		}
	}

	/** Removes what only PUBREL is due for: it was delivered, or is counted already. */
	void removeReceived() {
		this.copies.values().removeIf((copy) -> copy.received);
	}

	void clear() {
		this.copies.clear();
		this.resend.clear();
	}

	/** In the order in which they were sent first. */
	void forEach(Consumer<Copy> action) {
		this.copies.values().forEach(action);
	}

	int size() {
		return this.copies.size();
	}

}
