package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.Map;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that wait for clients which have no session or no subscription that
 * matches. The journal's.
 */
final class HeldDeliveries {

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

	private boolean hasRoomFor(ClientId client) {
		return !this.queues.settings().isFull(this.counts.getOrDefault(client, 0), 0, 0);
	}

	/**
	 * A delivery waits from here on, if it may, which is new or was in no queue of the
	 * store; the ledger is told.
	 */
	void hold(Batch batch, Copy copy, ClientId client) {
		MessageId id = copy.shared.message().id();
		Ending state = again(client, id);
		if (state.equals(LedgerWriter.HELD)) {
			this.queues.ledger().held(batch, copy, client);
			add(batch, client, id);
		}
		else if (copy.before == null) {
			this.queues.ledger().over(batch, copy, state, client);
		}
		else {
			this.queues.ledger().ended(batch, copy, state, client);
		}
	}

	/**
	 * What becomes of a delivery that has left a queue and would be held: it is over if
	 * it was withdrawn, another has taken its place, or too many wait.
	 */
	Ending again(ClientId client, MessageId id) {
		byte[] value = this.queues.store().get(Families.NOTIFICATION, MessageRow.key(id));
		NotificationRow row = (value != null) ? NotificationRow.read(value) : null;
		if (row != null && row.state() == State.WITHDRAWN) {
			return Ending.RECALLED;
		}
		if (row != null && isSuperseded(client, id, row.notification().collapseKey())) {
			return Ending.SUPERSEDED;
		}
		if (!hasRoomFor(client)) {
			this.queues.drops().count(Drop.QUEUE_FULL);
			return Ending.of(Drop.QUEUE_FULL);
		}
		return LedgerWriter.HELD;
	}

	private boolean isSuperseded(ClientId client, MessageId id, @Nullable String collapseKey) {
		byte[] newest = (collapseKey != null)
				? this.queues.store().get(Families.COLLAPSE, ClientMessageKey.collapse(client, collapseKey)) : null;
		return newest != null && !ClientMessageKey.ofCollapsed(newest).equals(id);
	}

	/** A delivery waits from here on, if that is what the ledger has. */
	void add(Batch batch, ClientId client, MessageId id, Ending state) {
		if (state.equals(LedgerWriter.HELD)) {
			add(batch, client, id);
		}
	}

	private void add(Batch batch, ClientId client, MessageId id) {
		this.counts.merge(client, 1, Integer::sum);
		HeldRelease release = this.releases.get(client);
		if (release != null) {
			release.added(id);
		}
		addRecovered(batch, client, id);
	}

	/** The same for one that was counted when the server started. */
	void addRecovered(Batch batch, ClientId client, MessageId id) {
		batch.put(Families.HELD, ClientMessageKey.held(client, id), Families.NOTHING);
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
			release.again();
			release.proceed();
		}
	}

	/**
	 * Whether a session is being given what is held for its client: what is to come
	 * behind that waits with it.
	 */
	boolean isReleasing(ClientId client) {
		return this.releases.containsKey(client);
	}

	/**
	 * Moves to the queue of a session what is held for its client, what it is subscribed
	 * to and may read; from here on.
	 */
	void release(Session session) {
		ClientId client = session.id();
		HeldRelease present = this.releases.get(client);
		if (present != null && present.session() == session) {
			present.again();
		}
		else if (this.counts.containsKey(client) || this.returning.containsKey(client)) {
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
		else if (subscribed.test(shared.message().topic()) && session.mayRead(shared.message().topic())) {
			new Recipients(shared, this.index.match(shared.message().topic()).own())
				.forEach((one, qos) -> one == session, (one, copy) -> release(batch, session, copy, deliveries));
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
