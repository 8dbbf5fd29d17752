package io.heliograph.broker.engine;

import java.util.List;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Notification;
import io.heliograph.broker.store.Batch;
import org.jspecify.annotations.Nullable;

/**
 * Sends what was retained when a session subscribed, in portions: others would wait for
 * the whole of it. Behind the first one, which is part of the subscription, it leaves out
 * what is not retained any more: what has its place comes to the session by itself, and
 * an older message must not come behind it. The journal's.
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
		int count = end - this.next;
		for (; this.next < end; this.next++) {
			SharedMessage shared = this.messages.get(this.next);
			SharedMessage due = first ? shared : due(shared);
			if (due != null) {
				this.queues.drops().countRefusal(session.take(target, copy(this.subscription, due)));
			}
		}
		if (this.next < this.messages.size()) {
			this.queues.change(this, false);
		}
		return () -> {
			deliveries.run();
			session.retainedDue(-count);
		};
	}

	/** What is to be sent of the topic of a message that was retained, or null. */
	private @Nullable SharedMessage due(SharedMessage before) {
		SharedMessage present = this.retained.get(before.message().topic());
		if (present == null || present.message().id().equals(before.message().id())) {
			return present;
		}
		Notification notification = present.notification();
		boolean forOthers = notification != null && notification.audience() instanceof Audience.Only only
				&& !only.clients().contains(this.subscription.session().id());
		return forOthers ? present : null;
	}

}
