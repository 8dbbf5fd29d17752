package io.heliograph.broker.engine;

import io.heliograph.broker.rows.EndedRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;

/**
 * Clears up what a session that has ended leaves in the store, in portions: a change of
 * its own for each, which goes on where the one before ended. Nothing is added meanwhile.
 */
final class Clearing implements Change {

	private final StoredQueues queues;

	private final StoredQueue queue;

	private final Handovers handovers;

	private final Ending ending;

	/** What was not looked at. */
	private KeyRange copies;

	private KeyRange subscriptions;

	private KeyRange received;

	/**
	 * @param ending what becomes of what nobody else can have
	 */
	Clearing(StoredQueues queues, StoredQueue queue, Handovers handovers, Ending ending) {
		this.queues = queues;
		this.queue = queue;
		this.handovers = handovers;
		this.ending = ending;
		KeyRange all = QueuePlace.ofSession(queue.session());
		this.copies = all;
		this.subscriptions = all;
		this.received = all;
	}

	@Override
	public Runnable apply(Batch batch) {
		this.queue.returning();
		Deliveries deliveries = new Deliveries();
		this.copies = Portion.visit(this.queues.store(), Families.QUEUE, this.copies, (key, value) -> {
			this.queue.clearUp(batch, QueuePlace.ofKey(key), QueuedRow.read(value), this.ending,
					(copy) -> this.handovers.inherit(batch, copy, Drop.SESSION_ENDED, deliveries));
		});
		// a later session must not find them when the number comes again
		this.subscriptions = delete(batch, Families.SUBSCRIPTION, this.subscriptions);
		this.received = delete(batch, Families.RECEIVED, this.received);
		if (this.copies.isEmpty() && this.subscriptions.isEmpty() && this.received.isEmpty()) {
			this.queues.remove(this.queue);
			batch.delete(Families.ENDED, EndedRow.key(this.queue.session()));
			this.queue.returned();
		}
		else {
			this.queues.journal().readAndWrite(this);
		}
		return deliveries;
	}

	private KeyRange delete(Batch batch, Family family, KeyRange range) {
		return Portion.visit(this.queues.store(), family, range, (key, value) -> batch.delete(family, key));
	}

}
