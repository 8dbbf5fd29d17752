package io.heliograph.broker.engine;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.Store;
import org.jspecify.annotations.Nullable;

/** The queues of all sessions that are stored, with what they share. The journal's. */
final class StoredQueues {

	/** How many copies are looked at before other changes have their turn. */
	private static final int PORTION = 256;

	private final Store store;

	private final Journal journal;

	private final SessionSettings settings;

	private final Drops drops;

	private final Clock clock;

	private final SharedMessages messages;

	private final Map<Long, StoredQueue> queues = new HashMap<>();

	StoredQueues(Store store, Journal journal, SessionSettings settings, Drops drops, Clock clock) {
		this.store = store;
		this.journal = journal;
		this.settings = settings;
		this.drops = drops;
		this.clock = clock;
		this.messages = new SharedMessages(store);
	}

	Store store() {
		return this.store;
	}

	Journal journal() {
		return this.journal;
	}

	SessionSettings settings() {
		return this.settings;
	}

	Drops drops() {
		return this.drops;
	}

	SharedMessages messages() {
		return this.messages;
	}

	void add(StoredQueue queue) {
		this.queues.put(queue.session(), queue);
	}

	@Nullable StoredQueue get(long session) {
		return this.queues.get(session);
	}

	/**
	 * Returns the copy that a row stands for, without its place; null if its message is
	 * not there.
	 */
	@Nullable Copy copy(QueuedRow row) {
		SharedMessage shared = (row.message() != null) ? SharedMessage.of(row.message()) : this.messages.get(row.id());
		return (shared != null) ? new Copy(shared, row.qos(), row.retain(), row.subscriptionIds(), row.group()) : null;
	}

	/** Removes what is of no use any more. Any thread; does not wait. */
	void removeExpired() {
		this.journal.readAndWrite((batch) -> {
			List<byte[]> keys = new ArrayList<>();
			this.store.scan(Families.EXPIRY, QueuePlace.expiredAt(this.clock.instant()), (key, value) -> {
				keys.add(key);
				return keys.size() < PORTION;
			});
			for (byte[] key : keys) {
				batch.delete(Families.EXPIRY, key);
				QueuePlace place = QueuePlace.ofExpiryKey(key);
				StoredQueue queue = this.queues.get(place.session());
				if (queue != null) {
					queue.expire(batch, place);
				}
			}
			if (keys.size() == PORTION) {
				removeExpired();
			}
			return Change.NOTHING;
		});
	}

	/**
	 * Clears up a queue whose session has ended, in portions. Any thread; does not wait.
	 */
	void clearUp(StoredQueue queue, Handovers handovers) {
		this.journal.readAndWrite((batch) -> {
			Deliveries deliveries = new Deliveries();
			boolean more = queue.clearUp(batch, PORTION,
					(copy) -> handovers.inherit(batch, copy, Drop.SESSION_ENDED, deliveries));
			// a later session must not find them when the number comes again
			more |= delete(batch, Families.SUBSCRIPTION, queue.session());
			more |= delete(batch, Families.RECEIVED, queue.session());
			if (more) {
				clearUp(queue, handovers);
			}
			else {
				this.queues.remove(queue.session());
				batch.delete(Families.ENDED, SessionRow.endedKey(queue.session()));
			}
			return deliveries;
		});
	}

	/** Deletes some rows of a session; returns whether there was any. */
	private boolean delete(Batch batch, Family family, long session) {
		int[] count = { 0 };
		this.store.scan(family, QueuePlace.ofSession(session), (key, value) -> {
			batch.delete(family, key);
			return ++count[0] < PORTION;
		});
		return count[0] > 0;
	}

}
