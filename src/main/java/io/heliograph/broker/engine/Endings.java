package io.heliograph.broker.engine;

import java.util.function.Function;

import io.heliograph.broker.Fate;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * Ends deliveries that are not sent, wherever they wait. The journal's; it must see in
 * the store what was done before.
 */
final class Endings {

	private final Store store;

	private final StoredQueues queues;

	private final Function<ClientId, @Nullable Session> sessions;

	/**
	 * @param sessions finds the session of a client, or null; any thread
	 */
	Endings(Store store, StoredQueues queues, Function<ClientId, @Nullable Session> sessions) {
		this.store = store;
		this.queues = queues;
		this.sessions = sessions;
	}

	/**
	 * Ends a delivery if it is not sent or over; returns whether it did.
	 * @param counted what it is counted as, or null for nothing
	 */
	boolean end(Batch batch, DeliveryKey key, DeliveryRow row, Ending ending, @Nullable Drop counted) {
		if (row.fate() == Fate.HELD) {
			this.queues.held().remove(batch, new ClientId(key.owner()), key.id());
			this.queues.ledger().changed(batch, key, row, ending);
			return true;
		}
		if (row.fate() != Fate.QUEUED) {
			return false;
		}
		if (row.place() != null) {
			return this.queues.revoke(batch, row.place(), counted, ending);
		}
		ClientId client = key.group() ? row.client() : new ClientId(key.owner());
		Session session = (client != null) ? this.sessions.apply(client) : null;
		if (session == null || !session.outbound.revoke(key)) {
			return false;
		}
		batch.delete(Families.UNSTORED, key.key());
		this.queues.ledger().changed(batch, key, row, ending);
		return true;
	}

	/** A newer message takes the place of one with the same collapse key, if it waits. */
	void supersede(Batch batch, ClientId client, String collapseKey, MessageId newer) {
		byte[] place = ClientMessageKey.collapse(client, collapseKey);
		byte[] older = this.store.get(Families.COLLAPSE, place);
		batch.put(Families.COLLAPSE, place, ClientMessageKey.collapsed(newer));
		if (older == null) {
			return;
		}
		DeliveryKey key = DeliveryKey.of(ClientMessageKey.ofCollapsed(older), client);
		byte[] row = this.store.get(Families.DELIVERY, key.key());
		if (row != null) {
			end(batch, key, DeliveryRow.read(row), Ending.SUPERSEDED, null);
		}
	}

	/**
	 * Ends what is not sent of a notification, in portions: a change of its own for each.
	 * @param counted what each is counted as, or null for nothing
	 */
	void endAll(MessageId id, Ending ending, @Nullable Drop counted, WhenEnded whenEnded) {
		this.queues.journal().readAndWrite(new All(DeliveryKey.ofMessage(id), ending, counted, whenEnded));
	}

	/** Ends the deliveries of a notification, and counts them. */
	final class All implements Change {

		private final Ending ending;

		private final @Nullable Drop counted;

		private final WhenEnded whenEnded;

		private KeyRange range;

		private int ended;

		private int over;

		private int sent;

		All(KeyRange range, Ending ending, @Nullable Drop counted, WhenEnded whenEnded) {
			this.range = range;
			this.ending = ending;
			this.counted = counted;
			this.whenEnded = whenEnded;
		}

		@Override
		public Runnable apply(Batch batch) {
			this.range = Portion.visit(Endings.this.store, Families.DELIVERY, this.range,
					(key, value) -> end(batch, DeliveryKey.ofKey(key), DeliveryRow.read(value)));
			if (this.range.isEmpty()) {
				return this.whenEnded.then(batch, this);
			}
			Endings.this.queues.journal().readAndWrite(this);
			return NOTHING;
		}

		private void end(Batch batch, DeliveryKey key, DeliveryRow row) {
			if (Endings.this.end(batch, key, row, this.ending, this.counted)) {
				this.ended++;
			}
			else if (row.fate().terminal()) {
				this.over++;
			}
			else {
				this.sent++;
			}
		}

		/** How many it ended. */
		int ended() {
			return this.ended;
		}

		/** How many were over before. */
		int over() {
			return this.over;
		}

		/** How many are sent, or may be, and not over. */
		int sent() {
			return this.sent;
		}

		@Override
		public void failed(Throwable cause) {
			this.whenEnded.failed(cause);
		}

	}

	/** What follows when all of a notification is ended. */
	interface WhenEnded {

		/**
		 * Adds to the change that ended the last of it; returns what is done when that is
		 * durable.
		 */
		Runnable then(Batch batch, All all);

		/** It is not known what of it is ended. */
		default void failed(Throwable cause) {
			// nobody waits
		}

	}

}
