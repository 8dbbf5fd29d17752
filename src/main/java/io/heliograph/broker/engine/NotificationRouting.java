package io.heliograph.broker.engine;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.engine.SubscriptionIndex.Matches;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ShareableFilter;

/**
 * A notification on its way to those that it is for, each of whom has a delivery in the
 * ledger. On the thread of the journal.
 */
final class NotificationRouting {

	private final SharedMessage shared;

	private final Notification notification;

	private final StoredQueues queues;

	private final Batch batch;

	private final Target target;

	/** How many sessions and groups get it. */
	private int taken;

	/** How many deliveries it has. */
	private int deliveries;

	NotificationRouting(SharedMessage shared, Notification notification, StoredQueues queues, Batch batch,
			Deliveries deliveries) {
		this.shared = shared;
		this.notification = notification;
		this.queues = queues;
		this.batch = batch;
		this.target = new Target(batch, false, deliveries, queues.ledger());
	}

	/** Delivers and stores it. */
	Outcome.Routed deliver(SubscriptionIndex index) {
		if (this.notification.audience() instanceof Audience.Only only) {
			only.clients().forEach((client) -> deliver(index, client, only.hold()));
		}
		else {
			deliver(index.match(this.shared.message().topic()));
		}
		return new Outcome.Routed(this.taken);
	}

	/**
	 * A session that has ended may be in the index still, beside another of its client.
	 */
	private void deliver(Matches matches) {
		new Recipients(this.shared, matches.own()).forEach((session, qos) -> !session.outbound.ended(),
				(session, copy) -> deliver(session, copy, false));
		matches.groups().forEach(this::deliver);
	}

	private void deliver(SubscriptionIndex index, ClientId client, boolean hold) {
		Session session = this.queues.session(client);
		Copy copy = (session != null)
				? Recipients.copy(index.match(this.shared.message().topic(), session), this.shared) : null;
		if (session != null && copy != null) {
			deliver(session, copy, hold);
		}
		else {
			supersede(client);
			unmatched(client, hold, (session != null) ? Ending.NOT_SUBSCRIBED : Ending.NO_SESSION);
		}
	}

	private void deliver(Session session, Copy copy, boolean hold) {
		number(copy, DeliveryKey.of(this.shared.message().id(), session.id()));
		copy.hold = hold;
		supersede(session.id());
		HeldDeliveries held = this.queues.held();
		if (hold && held.precedes(session) && session.mayRead(this.shared.message().topic())) {
			held.holdInOrder(this.batch, copy, session.id());
			this.taken++;
			return;
		}
		Drop drop = session.take(this.target, copy);
		this.taken += (drop != Drop.SESSION_ENDED) ? 1 : 0;
		this.queues.drops().countRefusal(drop);
	}

	private void number(Copy copy, DeliveryKey key) {
		copy.delivery = key;
		copy.number = this.deliveries++;
	}

	private void supersede(ClientId client) {
		String collapseKey = this.notification.collapseKey();
		if (collapseKey != null) {
			this.queues.endings().supersede(this.batch, client, collapseKey, this.shared.message().id());
		}
	}

	private void deliver(Subscription[] members) {
		ShareableFilter filter = members[0].filter();
		GroupDelivery delivery = new GroupDelivery(this.shared, this.target, this.queues.drops());
		Copy model = new Copy(this.shared, this.shared.message().qos(), false, Copy.ids(0), filter);
		number(model, DeliveryKey.of(this.shared.message().id(), filter));
		delivery.inTheLedger(model);
		this.taken += delivery.deliverToOne(filter, members, this.queues.groups()) ? 1 : 0;
	}

	private void unmatched(ClientId client, boolean hold, Ending otherwise) {
		Message message = this.shared.message();
		Copy copy = new Copy(this.shared, message.qos(), false, Copy.ids(0), null);
		number(copy, DeliveryKey.of(message.id(), client));
		if (hold) {
			this.queues.held().hold(this.batch, copy, client);
		}
		else {
			this.queues.ledger().over(this.batch, copy, otherwise, client);
		}
	}

}
