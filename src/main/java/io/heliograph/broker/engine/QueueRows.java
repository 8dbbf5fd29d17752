package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;

import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a queue in the store, with those that come and go with them, and how much
 * they are. The journal's, but where it says so.
 */
final class QueueRows {

	private final StoredQueues queues;

	private final long number;

	private final AtomicInteger size = new AtomicInteger();

	private long bytes;

	/** How many of the copies are held again when they have to leave. */
	private int holding;

	/**
	 * What the present batch adds, and empty for what it deletes, if the oldest makes
	 * room: that cannot be seen in the store yet.
	 */
	private final Map<QueuePlace, Optional<QueuedRow>> changed = new LinkedHashMap<>(0);

	/**
	 * @param number what the rows begin with
	 */
	QueueRows(StoredQueues queues, long number) {
		this.queues = queues;
		this.number = number;
	}

	/** What the rows begin with. Any thread. */
	long number() {
		return this.number;
	}

	/** How many copies there are. Any thread. */
	int size() {
		return this.size.get();
	}

	/** Whether any copy is held again when it has to leave. */
	boolean holding() {
		return this.holding > 0;
	}

	/** There was a copy when the server started. */
	void recovered(QueuedRow row) {
		added(row.size(), row.hold());
	}

	private void added(int size, boolean hold) {
		this.size.incrementAndGet();
		this.bytes += size;
		this.holding += hold ? 1 : 0;
	}

	/**
	 * Whether one more copy is more than may wait.
	 * @param unacknowledged how many of those that there are do not wait
	 */
	boolean isFullFor(Copy copy, int unacknowledged) {
		return this.queues.settings().isFull(size() - unacknowledged, this.bytes, copy.size());
	}

	/**
	 * Whether the oldest go so that one more copy has room; that it is full is logged.
	 * @param owner whose it is
	 * @param staying how many bytes of it cannot go
	 */
	boolean oldestMakesRoom(Object owner, Copy copy, LongSupplier staying) {
		SessionSettings settings = this.queues.settings();
		boolean oldestGoes = settings.oldestMakesRoom(staying, copy.size());
		this.queues.drops().queueIsFull(owner, settings.limit(this.bytes, copy.size()), oldestGoes);
		return oldestGoes;
	}

	/**
	 * Looks at the copies of a priority from a number on, in order.
	 * @param visitor returns whether it wants more
	 */
	void scan(Priority priority, long from, BiPredicate<QueuePlace, QueuedRow> visitor) {
		boolean[] more = { true };
		this.queues.store().scan(Families.QUEUE, QueuePlace.ofLane(this.number, priority, from), (key, value) -> {
			QueuePlace place = QueuePlace.ofKey(key);
			more[0] = this.changed.containsKey(place) || visitor.test(place, QueuedRow.read(value));
			return more[0];
		});
		if (more[0] && !this.changed.isEmpty()) {
			scanAdded(priority, from, visitor);
		}
	}

	private void scanAdded(Priority priority, long from, BiPredicate<QueuePlace, QueuedRow> visitor) {
		for (Map.Entry<QueuePlace, Optional<QueuedRow>> one : List.copyOf(this.changed.entrySet())) {
			QueuePlace place = one.getKey();
			QueuedRow row = one.getValue().orElse(null);
			boolean wanted = row != null && place.priority() == priority && place.sequence() >= from;
			if (wanted && !visitor.test(place, row)) {
				return;
			}
		}
	}

	private void note(QueuePlace place, Optional<QueuedRow> row) {
		if (this.queues.settings().queueFull() == SessionSettings.QueueFull.DROP_OLDEST) {
			if (this.changed.isEmpty()) {
				this.queues.changed(this);
			}
			this.changed.put(place, row);
		}
	}

	/** What was changed is so in the store from here on. */
	void written() {
		this.changed.clear();
	}

	/**
	 * Stores a copy.
	 * @param alone whether no other copy shares the message
	 * @param holder who has it in the ledger, or null if nobody has
	 */
	void put(Batch batch, QueuePlace place, Copy copy, boolean alone, @Nullable ClientId holder) {
		Message message = copy.shared.message();
		boolean ofNotification = copy.delivery != null;
		boolean inlined = alone && !ofNotification;
		copy.alone = inlined;
		QueuedRow row = new QueuedRow(message.id(), copy.size(), copy.qos, copy.retain, copy.subscriptionIds,
				copy.group, ofNotification ? (Integer) copy.number : null, copy.hold, inlined ? message : null);
		batch.put(Families.QUEUE, place.key(), row.value());
		note(place, Optional.of(row));
		if (ofNotification) {
			this.queues.ledger().queued(batch, copy, place, holder);
		}
		else {
			if (message.expiresAt() != null) {
				this.queues.expiries().put(batch, place.expiryKey(message.expiresAt()));
			}
			if (!inlined) {
				this.queues.messages().hold(batch, copy.shared);
			}
		}
		added(copy.size(), copy.hold);
	}

	/** Deletes a copy that is known. */
	void delete(Batch batch, QueuePlace place, Copy copy) {
		delete(batch, place, copy, copy.size());
	}

	/**
	 * The same.
	 * @param size what it counts for, in bytes
	 */
	void delete(Batch batch, QueuePlace place, Copy copy, int size) {
		Message message = copy.shared.message();
		delete(batch, place, size, copy.hold);
		if (copy.delivery == null) {
			release(batch, place, copy.alone, message.id(), message.expiresAt());
		}
	}

	/** Deletes what is at a place, whatever is known of it. */
	void delete(Batch batch, QueuePlace place, QueuedRow row) {
		delete(batch, place, row.size(), row.hold());
		if (row.number() != null) {
			return;
		}
		Message message = this.queues.messages().of(row);
		release(batch, place, row.message() != null, row.id(), (message != null) ? message.expiresAt() : null);
	}

	private void delete(Batch batch, QueuePlace place, int size, boolean hold) {
		batch.delete(Families.QUEUE, place.key());
		note(place, Optional.empty());
		this.size.decrementAndGet();
		this.bytes -= size;
		this.holding -= hold ? 1 : 0;
	}

	/** What is only there for a copy that is of no notification goes with it. */
	private void release(Batch batch, QueuePlace place, boolean alone, MessageId id, @Nullable Instant expiresAt) {
		if (expiresAt != null) {
			batch.delete(Families.EXPIRY, place.expiryKey(expiresAt));
		}
		if (!alone) {
			this.queues.messages().release(batch, id);
		}
	}

	/**
	 * Deletes what is at a place and was not delivered.
	 * @param counted what it is counted as, or null for nothing
	 * @param holder who has it in the ledger, or null if nobody of its group has
	 */
	void end(Batch batch, QueuePlace place, QueuedRow row, @Nullable Drop counted, Ending ending,
			@Nullable ClientId holder) {
		if (counted != null) {
			this.queues.drops().count(counted);
		}
		delete(batch, place, row);
		told(batch, row, ending, holder);
	}

	/** The ledger is told what becomes of a copy, if it is in it. */
	void told(Batch batch, QueuedRow row, Ending ending, @Nullable ClientId holder) {
		if (row.number() != null) {
			this.queues.ledger().ended(batch, row.delivery(holder), row.number(), row.qos(), ending, holder);
		}
	}

}
