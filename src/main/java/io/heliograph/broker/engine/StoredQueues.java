package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/** The queues of all sessions that are stored, with what they share. The journal's. */
final class StoredQueues {

	private final Store store;

	private final Journal journal;

	private final SessionSettings settings;

	private final Drops drops;

	private final Clock clock;

	private final SharedMessages messages;

	private final LedgerWriter ledger;

	private final HeldDeliveries held;

	private final Endings endings;

	private final TimedRows expiries;

	private final Function<ClientId, @Nullable Session> sessions;

	private final GroupQueues groups;

	private final Map<Long, StoredQueue> queues = new HashMap<>();

	private final AtomicLong lastNumber = new AtomicLong();

	/** Those of which the present batch changes what others have to see. */
	private final List<QueueRows> changed = new ArrayList<>();

	/**
	 * @param sessions finds the session of a client, or null; any thread
	 * @param index knows the members of groups
	 */
	StoredQueues(SessionServices.Basics basics, LedgerWriter ledger, Function<ClientId, @Nullable Session> sessions,
			SubscriptionIndex index) {
		this.store = basics.store();
		this.journal = basics.journal();
		this.settings = basics.settings();
		this.drops = basics.drops();
		this.clock = basics.clock();
		this.ledger = ledger;
		this.expiries = new TimedRows(this.store, Families.EXPIRY);
		this.sessions = sessions;
		this.endings = new Endings(this.store, this, sessions);
		this.groups = new GroupQueues(this, index);
		this.messages = new SharedMessages(this.store);
		this.held = new HeldDeliveries(this, index);
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

	Endings endings() {
		return this.endings;
	}

	/** When copies expire that are of no notification. */
	TimedRows expiries() {
		return this.expiries;
	}

	HeldDeliveries held() {
		return this.held;
	}

	GroupQueues groups() {
		return this.groups;
	}

	/** Returns a number that no queue has. Any thread. */
	long nextNumber() {
		return this.lastNumber.incrementAndGet();
	}

	/** A queue had this number when the server started. */
	void recovered(long number) {
		this.lastNumber.accumulateAndGet(number, Math::max);
	}

	/**
	 * Removes what is at a place in a queue, if it is not sent. It must see in the store
	 * what was done before.
	 * @param counted what it is counted as, or null for nothing
	 * @return whether it was there, and was not sent
	 */
	boolean revoke(Batch batch, QueuePlace place, @Nullable Drop counted, Ending ending) {
		StoredQueue queue = this.queues.get(place.session());
		if (queue != null) {
			return queue.revoke(batch, place, counted, ending);
		}
		GroupQueue group = this.groups.get(place.session());
		return group != null && group.revoke(batch, place, counted, ending);
	}

	/**
	 * Makes a change that may add to queues, which depends on what is stored of them if
	 * the oldest makes room. Any thread; does not wait.
	 * @param reads whether it must see in the store what was done before for another
	 * reason
	 */
	void change(Change change, boolean reads) {
		if (reads || this.settings.queueFull() == SessionSettings.QueueFull.DROP_OLDEST) {
			this.journal.readAndWrite(change);
		}
		else {
			this.journal.write(change);
		}
	}

	/** The present batch changes something that others have to see. */
	void changed(QueueRows rows) {
		this.changed.add(rows);
	}

	/** The batch is complete but for what the ledger adds to it. */
	Runnable complete(Batch batch) {
		this.changed.forEach(QueueRows::written);
		this.changed.clear();
		return this.ledger.complete(batch);
	}

	/** The session of a client, or null. Any thread. */
	@Nullable Session session(ClientId client) {
		return this.sessions.apply(client);
	}

	LedgerWriter ledger() {
		return this.ledger;
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
	 * @param client whose queue it is in, or null if it is that of its group
	 */
	@Nullable Copy copy(QueuedRow row, @Nullable ClientId client) {
		SharedMessage shared = (row.message() != null) ? SharedMessage.of(row.message())
				: this.messages.get(row.id(), row.number() != null);
		if (shared == null) {
			return null;
		}
		Copy copy = new Copy(shared, row.qos(), row.retain(), row.subscriptionIds(), row.group());
		if (row.number() != null) {
			copy.delivery = row.delivery(client);
			copy.number = row.number();
			copy.hold = row.hold();
			copy.before = Fate.QUEUED;
		}
		return copy;
	}

	/** What is stored of a notification, or null. */
	@Nullable NotificationRow notification(MessageId id) {
		byte[] value = this.store.get(Families.NOTIFICATION, MessageRow.key(id));
		return (value != null) ? NotificationRow.read(value) : null;
	}

	/** Whether nobody is to be sent a copy any more who was not. */
	boolean isWithdrawn(Copy copy) {
		return copy.delivery != null && isWithdrawn(copy.delivery.id());
	}

	/** The same of all copies of a notification. */
	boolean isWithdrawn(MessageId id) {
		NotificationRow row = notification(id);
		return row != null && row.state() == State.WITHDRAWN;
	}

	/** Removes what is of no use any more. Any thread; does not wait. */
	void removeExpired() {
		this.journal.readAndWrite((batch) -> {
			Instant now = this.clock.instant();
			List<byte[]> keys = this.expiries.first(QueuePlace.expiredAt(now), Portion.ROWS);
			for (byte[] key : keys) {
				batch.delete(Families.EXPIRY, key);
				QueuePlace place = QueuePlace.ofExpiryKey(key);
				Instant again = expire(batch, place, now);
				if (again != null) {
					this.expiries.put(batch, place.expiryKey(again));
				}
			}
			if (keys.size() == Portion.ROWS) {
				removeExpired();
			}
			return Change.NOTHING;
		});
	}

	/**
	 * What is at a place is of no use any more, unless it is another message by now.
	 * @return when to look again, since it may be sent; null for never
	 */
	private @Nullable Instant expire(Batch batch, QueuePlace place, Instant now) {
		byte[] value = this.store.get(Families.QUEUE, place.key());
		if (value == null) {
			return null;
		}
		Message message = this.messages.of(QueuedRow.read(value));
		Instant expiresAt = (message != null) ? message.expiresAt() : Instant.EPOCH;
		if (expiresAt == null || expiresAt.toEpochMilli() > now.toEpochMilli()) {
			return null;
		}
		boolean revoked = revoke(batch, place, Drop.EXPIRED, Ending.of(Drop.EXPIRED));
		return revoked ? null : Overdue.lookAgain(expiresAt, now);
	}

	/**
	 * Clears up a queue whose session has ended, in portions. Any thread; does not wait.
	 * @param ending what becomes of what nobody else can have
	 */
	void clearUp(StoredQueue queue, Handovers handovers, Ending ending) {
		this.journal.readAndWrite(new Clearing(this, queue, handovers, ending));
	}

	/** Nothing is left of a queue. */
	void remove(StoredQueue queue) {
		this.queues.remove(queue.session());
	}

}
