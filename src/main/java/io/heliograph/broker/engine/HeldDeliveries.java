package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries that wait for clients which have no session or no subscription that
 * matches. The journal's.
 */
final class HeldDeliveries {

	private final Store store;

	private final SharedMessages messages;

	private final LedgerWriter ledger;

	private final Drops drops;

	private final SessionSettings settings;

	private final SubscriptionIndex index;

	/** How many there are for each client. */
	private final Map<ClientId, Integer> counts = new ConcurrentHashMap<>();

	HeldDeliveries(Store store, SharedMessages messages, LedgerWriter ledger, SubscriptionIndex index, Drops drops,
			SessionSettings settings) {
		this.store = store;
		this.messages = messages;
		this.ledger = ledger;
		this.drops = drops;
		this.settings = settings;
		this.index = index;
	}

	/** One was held when the server started. */
	void recovered(ClientId client) {
		this.counts.merge(client, 1, Integer::sum);
	}

	/** Whether some may wait for a client. Any thread. */
	boolean mayHave(ClientId client) {
		return this.counts.containsKey(client);
	}

	/** Whether one more may wait for a client. */
	boolean hasRoomFor(ClientId client) {
		return !this.settings.isFull(this.counts.getOrDefault(client, 0), 0, 0);
	}

	/**
	 * A delivery waits from here on, if it may, which is new or was in no queue of the
	 * store; the ledger is told.
	 */
	void hold(Batch batch, Copy copy, ClientId client) {
		MessageId id = copy.shared.message().id();
		Ending state = again(client, id);
		if (state.equals(LedgerWriter.HELD)) {
			this.ledger.held(batch, copy, client);
			add(batch, client, id);
		}
		else if (copy.before == null) {
			this.ledger.over(batch, copy, state, client);
		}
		else {
			this.ledger.ended(batch, copy, state, client);
		}
	}

	/**
	 * What becomes of a delivery that has left a queue and would be held: it is over if
	 * it was withdrawn, another has taken its place, or too many wait.
	 */
	Ending again(ClientId client, MessageId id) {
		byte[] value = this.store.get(Families.NOTIFICATION, MessageRow.key(id));
		NotificationRow row = (value != null) ? NotificationRow.read(value) : null;
		if (row != null && row.state() == State.WITHDRAWN) {
			return Ending.RECALLED;
		}
		if (row != null && isSuperseded(client, id, row.notification().collapseKey())) {
			return Ending.SUPERSEDED;
		}
		if (!hasRoomFor(client)) {
			this.drops.count(Drop.QUEUE_FULL);
			return Ending.of(Drop.QUEUE_FULL);
		}
		return LedgerWriter.HELD;
	}

	private boolean isSuperseded(ClientId client, MessageId id, @Nullable String collapseKey) {
		byte[] newest = (collapseKey != null)
				? this.store.get(Families.COLLAPSE, ClientMessageKey.collapse(client, collapseKey)) : null;
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

	/**
	 * Moves to the queue of a session what it is subscribed to and its client may read.
	 * It must see in the store what was done before.
	 */
	void release(Batch batch, Session session, Deliveries deliveries) {
		ClientId client = session.id();
		if (!mayHave(client)) {
			return;
		}
		List<MessageId> ids = new ArrayList<>();
		this.store.scan(Families.HELD, ClientMessageKey.heldFor(client),
				(key, value) -> ids.add(ClientMessageKey.ofHeld(key)));
		for (MessageId id : ids) {
			SharedMessage shared = this.messages.get(id, true);
			if (shared == null) {
				remove(batch, client, id);
			}
			else {
				new Recipients(shared, this.index.match(shared.message().topic()).own()).forEach(
						(one, qos) -> one == session && session.mayRead(shared.message().topic()),
						(one, copy) -> release(batch, session, copy, deliveries));
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
		Drop drop = session.take(new Target(batch, false, deliveries, this.ledger), copy);
		if (drop != null && drop != Drop.SESSION_ENDED) {
			this.drops.count(drop);
		}
	}

	private @Nullable DeliveryRow row(DeliveryKey key) {
		byte[] value = this.store.get(Families.DELIVERY, key.key());
		return (value != null) ? DeliveryRow.read(value) : null;
	}

}
