package io.heliograph.broker.engine;

import java.util.Iterator;
import java.util.List;

import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.SubscriptionRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * Gives what members of groups leave to others of them, and takes sessions that ended out
 * of the index: on the thread of the journal, in portions. Thread-safe; nothing blocks.
 */
final class Handovers {

	/** How much of what a session leaves is done before others have their turn. */
	private static final int PORTION = 16;

	private final Router router;

	private final StoredQueues queues;

	Handovers(Router router, StoredQueues queues) {
		this.router = router;
		this.queues = queues;
	}

	/**
	 * The session of a client ended.
	 * @param subscriptions what it was subscribed to
	 * @param left what others of a group may have in its place, in order
	 */
	void ended(ClientId client, List<Subscription> subscriptions, List<Copy> left) {
		inPortions(subscriptions.iterator(), this::unsubscribe);
		inPortions(left.iterator(), (batch, copy, deliveries) -> leave(batch, client, copy, deliveries));
	}

	private void leave(Batch batch, ClientId client, Copy copy, Deliveries deliveries) {
		if (copy.loan != null) {
			copy.loan.queue().takeBack(batch, copy.loan, copy);
		}
		else {
			left(batch, client, copy);
			inherit(batch, copy, Drop.SESSION_ENDED, deliveries);
		}
	}

	/** A client that had a copy which is not stored has it no more. */
	private void left(Batch batch, ClientId client, Copy copy) {
		if (copy.delivery != null) {
			batch.delete(Families.UNSTORED, copy.delivery.key());
			this.queues.ledger().left(batch, copy, client);
		}
	}

	private void unsubscribe(Batch batch, Subscription subscription, Deliveries deliveries) {
		this.router.unsubscribe(subscription);
		StoredQueue queue = subscription.session().queue;
		if (queue != null) {
			batch.delete(Families.SUBSCRIPTION, SubscriptionRow.key(queue.session(), subscription.filter()));
		}
	}

	private <T> void inPortions(Iterator<T> items, Handover<T> action) {
		if (items.hasNext()) {
			this.queues.change((batch) -> {
				Deliveries deliveries = new Deliveries();
				for (int i = 0; i < PORTION && items.hasNext(); i++) {
					action.apply(batch, items.next(), deliveries);
				}
				inPortions(items, action);
				return deliveries;
			}, false);
		}
	}

	/**
	 * A member cannot deliver a copy.
	 * @param client the member
	 * @param queue where it is stored, or null if it is not
	 * @param why what is counted if no other can have it
	 */
	void undeliverable(ClientId client, @Nullable StoredQueue queue, Copy copy, Drop why) {
		this.queues.change((batch) -> {
			Deliveries deliveries = new Deliveries();
			if (isRemoved(batch, client, queue, copy)) {
				inherit(batch, copy, why, deliveries);
			}
			return deliveries;
		}, false);
	}

	/** Returns whether it was there. */
	private boolean isRemoved(Batch batch, ClientId client, @Nullable StoredQueue queue, Copy copy) {
		if (copy.loan != null) {
			return copy.loan.queue().remove(batch, copy.loan, copy, null);
		}
		if (queue != null) {
			return queue.remove(batch, copy, null);
		}
		left(batch, client, copy);
		return true;
	}

	/**
	 * Gives a copy that a member of a group leaves behind, or cannot deliver, to another,
	 * if it was not withdrawn meanwhile. On the thread of the journal.
	 * @param why what is counted if no other can have it
	 */
	void inherit(Batch batch, Copy copy, Drop why, Deliveries deliveries) {
		if (this.queues.isWithdrawn(copy)) {
			this.queues.ledger().ended(batch, copy, Ending.RECALLED, null);
		}
		else if (!this.router.inherit(batch, copy, deliveries)) {
			this.queues.drops().count(why);
			this.queues.ledger().ended(batch, copy, Ending.of(why), null);
		}
	}

	/** Does something with one of many. */
	private interface Handover<T> {

		void apply(Batch batch, T item, Deliveries deliveries);

	}

}
