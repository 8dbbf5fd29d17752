package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.Map;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that wait for clients which have no session or no subscription that
 * matches. The journal's.
 */
final class HeldDeliveries {

	private static final Ending QUEUE_FULL = Ending.of(Drop.QUEUE_FULL);

	private final StoredQueues queues;

	private final SubscriptionIndex index;

	/** How many there are for each client. */
	private final Map<ClientId, Integer> counts = new HashMap<>();

	/** Those that a session is being given. */
	private final Map<ClientId, HeldRelease> releases = new HashMap<>();

	/** How many queues of a client are giving back what was held before. */
	private final Map<ClientId, Integer> returning = new HashMap<>();

	/**
	 * @param index knows what sessions are subscribed to
	 */
	HeldDeliveries(StoredQueues queues, SubscriptionIndex index) {
		this.queues = queues;
		this.index = index;
	}

	/** One was held when the server started. */
	void recovered(ClientId client) {
		this.counts.merge(client, 1, Integer::sum);
	}

	/**
	 * A delivery waits from here on, if it may, which is new or was in no queue of the
	 * store; the ledger is told.
	 */
	void hold(Batch batch, Copy copy, ClientId client) {
		MessageId id = copy.shared.message().id();
		Ending state = (copy.before != null) ? fateOnReturn(client, id) : fateByRoom(client);
		this.queues.ledger().unqueued(batch, copy, state, client);
		add(batch, client, id, state);
	}

	/**
	 * A new delivery waits from here on for those that come before it. It is on its way
	 * to a queue, whose bound it meets there.
	 */
	void holdInOrder(Batch batch, Copy copy, ClientId client) {
		this.queues.ledger().unqueued(batch, copy, LedgerWriter.HELD, client);
		add(batch, client, copy.shared.message().id(), LedgerWriter.HELD);
	}

	/**
	 * What becomes of a delivery that has left a queue and would be held: it is over if
	 * it was withdrawn, another has taken its place, or too many wait.
	 */
	Ending fateOnReturn(ClientId client, MessageId id) {
		NotificationRow row = this.queues.notification(id);
		if (row != null && row.state() == State.WITHDRAWN) {
			return Ending.RECALLED;
		}
		if (row != null && isSuperseded(client, id, row.notification().collapseKey())) {
			return Ending.SUPERSEDED;
		}
		return fateByRoom(client);
	}

	private Ending fateByRoom(ClientId client) {
		boolean full = this.queues.settings().isFull(this.counts.getOrDefault(client, 0), 0, 0);
		return full ? QUEUE_FULL : LedgerWriter.HELD;
	}

	private boolean isSuperseded(ClientId client, MessageId id, @Nullable String collapseKey) {
		byte[] newest = (collapseKey != null)
				? this.queues.store().get(Families.COLLAPSE, ClientMessageKey.collapse(client, collapseKey)) : null;
		return newest != null && !ClientMessageKey.ofCollapsed(newest).equals(id);
	}

	/**
	 * A delivery waits from here on, if its fate is to be held; one for which there is no
	 * room is counted.
	 */
	void add(Batch batch, ClientId client, MessageId id, Ending state) {
		if (state.equals(LedgerWriter.HELD)) {
			this.counts.merge(client, 1, Integer::sum);
			HeldRelease release = this.releases.get(client);
			if (release != null) {
				release.added(id);
			}
			batch.put(Families.HELD, ClientMessageKey.held(client, id), Families.NOTHING);
		}
		else if (state.equals(QUEUE_FULL)) {
			this.queues.drops().queueIsFull(client, this.queues.settings().limit(0, 0), false);
			this.queues.drops().count(Drop.QUEUE_FULL);
		}
	}

	/** A delivery does not wait any more. */
	void remove(Batch batch, ClientId client, MessageId id) {
		this.counts.computeIfPresent(client, (key, count) -> (count > 1) ? count - 1 : null);
		batch.delete(Families.HELD, ClientMessageKey.held(client, id));
	}

	/** A queue gives back what was held before, until {@link #returned}. */
	void returning(ClientId client) {
		this.returning.merge(client, 1, Integer::sum);
	}

	/** A queue has given back all of that. */
	void returned(ClientId client) {
		this.returning.computeIfPresent(client, (key, count) -> (count > 1) ? count - 1 : null);
		HeldRelease release = this.releases.get(client);
		if (release != null) {
			release.restart();
			release.proceed();
		}
	}

	/**
	 * Whether what is held for the client of a session, or is about to be, may have to
	 * come before what is new.
	 */
	boolean precedes(Session session) {
		ClientId client = session.id();
		return this.releases.containsKey(client) || (mayHave(client) && session.releasedTo != session.subscribed.get());
	}

	/** Whether anything is held for a client, or is about to be. */
	private boolean mayHave(ClientId client) {
		return this.counts.containsKey(client) || this.returning.containsKey(client);
	}

	/** Whether nothing is on its way. */
	boolean isIdle() {
		return this.releases.isEmpty() && this.returning.isEmpty();
	}

	/**
	 * Moves to the queue of a session what is held for its client, what it is subscribed
	 * to and may read; from here on.
	 */
	void release(Session session) {
		ClientId client = session.id();
		HeldRelease present = this.releases.get(client);
		if (session.outbound.ended()) {
			return;
		}
		if (present != null && present.session() == session) {
			present.restart();
		}
		else if (mayHave(client)) {
			HeldRelease release = new HeldRelease(this.queues, session);
			this.releases.put(client, release);
			release.proceed();
		}
	}

	/**
	 * Whether a release goes on: not if another session has its place, and not before all
	 * that returns has done so.
	 */
	boolean mayProceed(HeldRelease release) {
		ClientId client = release.session().id();
		return this.releases.get(client) == release && !this.returning.containsKey(client);
	}

	/** A release is over. */
	void released(HeldRelease release) {
		this.releases.remove(release.session().id(), release);
	}

	/** What a session is subscribed to by now. */
	SubscribedTopics subscribed(Session session) {
		return new SubscribedTopics(this.index, session);
	}

	/**
	 * Gives a session one that is held for its client, if it is to have it. It must see
	 * in the store what was done before.
	 */
	void release(Batch batch, MessageId id, Session session, SubscribedTopics subscribed, Deliveries deliveries) {
		SharedMessage shared = this.queues.messages().get(id, true);
		if (shared == null) {
			// it was lost
			remove(batch, session.id(), id);
		}
		else if (subscribed.test(shared.message().topic())) {
			Copy copy = Recipients.copy(this.index.match(shared.message().topic(), session), shared);
			if (copy != null && session.mayRead(shared.message().topic())) {
				release(batch, session, copy, deliveries);
			}
			else {
				// those behind it must not come before it, though it is subscribed to
				// anew, or may read it
				subscribed.leaveOut(shared.message().topic());
			}
		}
	}

	private void release(Batch batch, Session session, Copy copy, Deliveries deliveries) {
		MessageId id = copy.shared.message().id();
		DeliveryKey key = DeliveryKey.of(id, session.id());
		remove(batch, session.id(), id);
		DeliveryRow row = row(key);
		if (row == null) {
			return;
		}
		copy.delivery = key;
		copy.number = row.number();
		copy.hold = true;
		copy.before = row.fate();
		Target target = new Target(batch, false, deliveries, this.queues.ledger());
		this.queues.drops().countRefusal(session.take(target, copy));
	}

	private @Nullable DeliveryRow row(DeliveryKey key) {
		byte[] value = this.queues.store().get(Families.DELIVERY, key.key());
		return (value != null) ? DeliveryRow.read(value) : null;
	}

}
