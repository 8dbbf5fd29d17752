package io.heliograph.broker.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The copies of a session that were sent in the present connection and are not
 * acknowledged. Guarded by the monitor of the {@link Outbound}.
 */
final class Window {

	/** How many there are in MQTT. */
	static final int PACKET_IDS = 65_535;

	/** By packet id, in the order in which they were sent. */
	private final Map<Integer, Copy> copies = new LinkedHashMap<>();

	private int receiveMaximum;

	private int inFlight;

	/**
	 * A connection begins, with nothing in it.
	 * @param receiveMaximum how many copies may be unacknowledged in it at once
	 */
	void open(int receiveMaximum) {
		this.receiveMaximum = receiveMaximum;
		clear();
	}

	/**
	 * Whether a copy may be written now. A packet id must not come again while the copy
	 * that had it is unacknowledged.
	 */
	boolean hasRoomFor(Copy copy) {
		if (copy.qos == Qos.AT_MOST_ONCE || copy.received) {
			return true;
		}
		return this.inFlight < this.receiveMaximum && !this.copies.containsKey(copy.packetId());
	}

	/** How many more copies have a place. */
	int free() {
		return this.receiveMaximum - this.inFlight;
	}

	/** It was written; QoS 0 takes no place. */
	void written(Copy copy) {
		if (copy.qos == Qos.AT_MOST_ONCE) {
			return;
		}
		this.copies.put(copy.packetId(), copy);
		if (!copy.received) {
			copy.inFlight = true;
			this.inFlight++;
		}
	}

	/** It was sent before, and takes no place. */
	void add(Copy copy) {
		this.copies.put(copy.packetId(), copy);
	}

	boolean holds(int packetId) {
		return this.copies.containsKey(packetId);
	}

	/** The unacknowledged copy with that packet id, or null if it is not of that QoS. */
	@Nullable Copy find(int packetId, Qos qos) {
		Copy copy = this.copies.get(packetId);
		return (copy != null && copy.qos == qos) ? copy : null;
	}

	/** Whether it holds the copy that has a place in a queue. */
	boolean holds(QueuePlace place) {
		Copy copy = this.copies.get(Copy.packetId(place.priority(), place.sequence()));
		return copy != null && copy.isAt(place);
	}

	/** The number behind the last one of a priority, 0 if there is none. */
	long before(Priority priority) {
		return this.copies.values()
			.stream()
			.filter((copy) -> copy.priority() == priority)
			.mapToLong((copy) -> copy.sequence + 1)
			.max()
			.orElse(0);
	}

	/** Whether it holds the copy of a delivery. */
	boolean holds(DeliveryKey delivery) {
		return this.copies.values().stream().anyMatch((copy) -> delivery.equals(copy.delivery));
	}

	/** It is of no concern any more. */
	void remove(Copy copy) {
		if (this.copies.remove(copy.packetId(), copy) && copy.inFlight) {
			this.inFlight--;
		}
	}

	/** Removes those that come again from the store. */
	void removeStored() {
		this.copies.values().removeIf((copy) -> copy.stored);
		this.inFlight = (int) this.copies.values().stream().filter((copy) -> copy.inFlight).count();
	}

	void clear() {
		this.copies.clear();
		this.inFlight = 0;
	}

	/** In the order in which they were sent. */
	void forEach(Consumer<Copy> action) {
		this.copies.values().forEach(action);
	}

	int size() {
		return this.copies.size();
	}

	/** How many of them take no place. */
	int placeless() {
		return this.copies.size() - this.inFlight;
	}

}
