package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.Priority;
import io.heliograph.broker.Queued;
import io.heliograph.broker.Slice;
import io.heliograph.broker.Slice.Cursor;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * Shows what is in the queues, and nothing before it is durable. Any thread but those of
 * the journal and of the store.
 */
final class QueuedCopies {

	/** How many are looked at for a slice: each is read with its message. */
	private static final int MAX_EXAMINED = 1_000;

	/** What is listed one after the other. */
	private static final List<Part> PARTS = List.of(new Part(Priority.HIGH, true, false),
			new Part(Priority.NORMAL, true, false), new Part(Priority.HIGH, false, false),
			new Part(Priority.HIGH, false, true), new Part(Priority.NORMAL, false, false),
			new Part(Priority.NORMAL, false, true));

	private final Store store;

	private final Journal journal;

	QueuedCopies(Store store, Journal journal) {
		this.store = store;
		this.journal = journal;
	}

	/**
	 * Returns some of the copies of a session.
	 * @throws IllegalArgumentException if the cursor is none of a queue
	 */
	Slice<Queued> of(Session session, @Nullable Cursor from, int limit) {
		QueueCursor start = (from != null) ? QueueCursor.of(from) : QueueCursor.start(session.outbound.windowBefore());
		Slice<Queued> slice = new Listing(session, start, limit).slice();
		this.journal.awaitDurable();
		return slice;
	}

	/** It may be gone with its last copy meanwhile. */
	private @Nullable Message message(QueuedRow row) {
		if (row.message() != null) {
			return row.message();
		}
		SharedMessage shared = SharedMessages.read(this.store, row.id(), row.number() != null);
		return (shared != null) ? shared.message() : null;
	}

	/**
	 * Copies that are listed by their numbers.
	 *
	 * @param isSent whether they are those that were sent when the listing began
	 * @param isQos0 whether they are those of QoS 0, or the others
	 */
	private record Part(Priority priority, boolean isSent, boolean isQos0) {
	}

	/** One slice of a queue. */
	private final class Listing {

		private final Session session;

		private final QueueCursor start;

		private final int limit;

		private final List<Queued> items = new ArrayList<>();

		private int part;

		private int examined;

		private @Nullable Cursor next;

		Listing(Session session, QueueCursor start, int limit) {
			this.session = session;
			this.start = start;
			this.limit = limit;
		}

		Slice<Queued> slice() {
			for (this.part = this.start.part(); this.part < PARTS.size() && this.next == null; this.part++) {
				list(PARTS.get(this.part), (this.part == this.start.part()) ? this.start.number() : 0);
			}
			return new Slice<>(this.items, this.next);
		}

		/**
		 * @param number the first number of the part that is wanted
		 */
		private void list(Part part, long number) {
			long sentBefore = this.start.sent().of(part.priority);
			long from = (part.isSent() || part.isQos0()) ? number : Math.max(number, sentBefore);
			long before = part.isSent() ? sentBefore : Long.MAX_VALUE;
			StoredQueue queue = this.session.queue;
			if (queue != null && !part.isQos0()) {
				list(part, queue.session(), from, before);
				return;
			}
			int most = Math.min(this.limit - this.items.size(), MAX_EXAMINED - this.examined);
			for (Copy copy : this.session.outbound.unstored(part.priority, part.isQos0(), from, before, most + 1)) {
				if (!wants(copy.sequence)) {
					return;
				}
				add(copy.shared.message(), copy.qos, copy.size(), this.session.outbound.isSent(copy));
			}
		}

		private void list(Part part, long number, long from, long before) {
			QueuePlace end = new QueuePlace(number, part.priority, before);
			QueuedCopies.this.store.scan(Families.QUEUE,
					QueuePlace.ofLane(number, part.priority, from).before(end.key()), (key, value) -> {
						QueuePlace place = QueuePlace.ofKey(key);
						if (!wants(place.sequence())) {
							return false;
						}
						QueuedRow row = QueuedRow.read(value);
						Message message = message(row);
						if (message != null) {
							add(message, row.qos(), row.size(), this.session.outbound.isSent(place));
						}
						return true;
					});
		}

		/** Returns whether one more is looked at, else goes on with it the next time. */
		private boolean wants(long number) {
			if (this.items.size() < this.limit && this.examined < MAX_EXAMINED) {
				this.examined++;
				return true;
			}
			this.next = this.start.at(this.part, number, position()).cursor();
			return false;
		}

		private long position() {
			return this.start.position() + this.items.size();
		}

		private void add(Message message, Qos qos, int size, boolean sent) {
			this.items.add(new Queued(position(), message.id(), message.topic(), qos, size,
					sent ? Fate.SENT : Fate.QUEUED, message.expiresAt()));
		}

	}

}
