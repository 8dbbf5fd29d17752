package io.heliograph.broker.engine;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.rows.SubscriptionRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ShareableFilter;

/**
 * Subscriptions of a session ended: what was held before and matches none any more is
 * held again, if it is not sent. In portions: a change of its own for each. The newest
 * first: what is held comes behind what the queue has still, after a kill, too.
 */
final class HoldingAgain implements Change {

	private final StoredQueues queues;

	private final StoredQueue queue;

	private final Rounds rounds;

	/** Those whose rows are in the store until it is done. */
	private final Set<ShareableFilter> ended = new HashSet<>();

	/**
	 * @param topics tells what the session is subscribed to by then
	 */
	HoldingAgain(StoredQueues queues, StoredQueue queue, Supplier<SubscribedTopics> topics) {
		this.queues = queues;
		this.queue = queue;
		this.rounds = new Rounds(QueuePlace.ofSession(queue.session()), topics);
	}

	/** A subscription ended: begins another round if this one has begun. */
	void ended(ShareableFilter filter) {
		this.ended.add(filter);
		this.rounds.restart();
	}

	/** Its row is of another subscription from here on. */
	void subscribed(ShareableFilter filter) {
		this.ended.remove(filter);
	}

	@Override
	public Runnable apply(Batch batch) {
		if (this.queue.ended()) {
			// all of it is cleared up
			return NOTHING;
		}
		SubscribedTopics subscribed = this.rounds.subscribed();
		boolean more = this.rounds.next((rest) -> Portion.visitBackwards(this.queues.store(), Families.QUEUE, rest,
				(key, value) -> this.queue.holdAgain(batch, QueuePlace.ofKey(key), QueuedRow.read(value), subscribed)));
		if (more) {
			this.queues.journal().readAndWrite(this);
		}
		else {
			this.ended.forEach(
					(filter) -> batch.delete(Families.SUBSCRIPTION, SubscriptionRow.key(this.queue.session(), filter)));
			this.queue.heldAgain();
		}
		return NOTHING;
	}

}
