package io.heliograph.broker.engine;

import java.util.function.Supplier;

import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.KeyRange;

/**
 * Subscriptions of a session ended: what was held before and matches none any more is
 * held again, if it is not sent. In portions: a change of its own for each.
 */
final class HoldingAgain implements Change {

	private final StoredQueues queues;

	private final StoredQueue queue;

	private final KeyRange all;

	private final Supplier<SubscribedTopics> topics;

	/** What was not looked at. */
	private KeyRange range;

	private SubscribedTopics subscribed;

	private boolean begun;

	/** Whether it is to begin anew when it is through. */
	private boolean again;

	/**
	 * @param topics tells what the session is subscribed to by then
	 */
	HoldingAgain(StoredQueues queues, StoredQueue queue, Supplier<SubscribedTopics> topics) {
		this.queues = queues;
		this.queue = queue;
		this.topics = topics;
		this.all = QueuePlace.ofSession(queue.session());
		this.range = this.all;
		this.subscribed = topics.get();
	}

	/** Begins another round behind this one: another subscription has ended. */
	void restart() {
		this.again |= this.begun;
	}

	@Override
	public Runnable apply(Batch batch) {
		if (this.queue.ended()) {
			// all of it is cleared up
			return NOTHING;
		}
		this.begun = true;
		this.range = Portion.visit(this.queues.store(), Families.QUEUE, this.range, (key, value) -> this.queue
			.holdAgain(batch, QueuePlace.ofKey(key), QueuedRow.read(value), this.subscribed));
		if (!this.range.isEmpty()) {
			this.queues.journal().readAndWrite(this);
		}
		else if (this.again) {
			this.again = false;
			this.range = this.all;
			this.subscribed = this.topics.get();
			this.queues.journal().readAndWrite(this);
		}
		else {
			this.queue.heldAgain();
		}
		return NOTHING;
	}

}
