package io.heliograph.broker.engine;

import java.util.List;

import io.heliograph.broker.store.Batch;

/**
 * Sends what was retained when a session subscribed, in portions: others would wait for
 * the whole of it. Behind the first one, which is part of the subscription, it sends what
 * is retained of those topics by then: an older message must not come behind a newer one.
 * The journal's.
 */
final class RetainedDelivery implements Change {

	private final Subscription subscription;

	private final List<SharedMessage> messages;

	private final RetainedMessages retained;

	private final StoredQueues queues;

	private int next;

	/**
	 * @param messages what was retained
	 * @param retained what is so by now
	 */
	RetainedDelivery(Subscription subscription, List<SharedMessage> messages, RetainedMessages retained,
			StoredQueues queues) {
		this.subscription = subscription;
		this.messages = messages;
		this.retained = retained;
		this.queues = queues;
		subscription.session().retainedDue(messages.size());
	}

	/** It is no delivery of the notification that it may be of. */
	static Copy copy(Subscription subscription, SharedMessage shared) {
		return new Copy(SharedMessage.of(shared.message()), Recipients.qos(subscription, shared), true,
				Copy.ids(subscription.options().identifier()), null);
	}

	@Override
	public Runnable apply(Batch batch) {
		Session session = this.subscription.session();
		Deliveries deliveries = new Deliveries();
		Target target = new Target(batch, true, deliveries, this.queues.ledger());
		boolean first = this.next == 0;
		int end = Math.min(this.next + Portion.ROWS, this.messages.size());
		session.retainedDue(this.next - end);
		for (; this.next < end; this.next++) {
			SharedMessage shared = this.messages.get(this.next);
			SharedMessage present = first ? shared : this.retained.get(shared.message().topic());
			if (present != null && !Recipients.isOwn(this.subscription, present.message())) {
				this.queues.drops().countRefusal(session.take(target, copy(this.subscription, present)));
			}
		}
		if (this.next < this.messages.size()) {
			this.queues.change(this, false);
		}
		return deliveries;
	}

}
