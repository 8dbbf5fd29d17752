package io.heliograph.broker.engine;

import java.util.List;
import java.util.function.Consumer;

import io.heliograph.broker.rows.EndedRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.ReceivedRow;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.rows.SubscriptionRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the sessions that outlive their connections in the store. Nothing blocks; what is
 * done to a session is done under the lock of its client id, which the caller holds.
 */
final class StoredSessions {

	private final Journal journal;

	private final StoredQueues queues;

	private final Handovers handovers;

	StoredSessions(Journal journal, StoredQueues queues, Handovers handovers) {
		this.journal = journal;
		this.queues = queues;
		this.handovers = handovers;
	}

	/**
	 * A connection began.
	 * @param epoch that of the outbound half
	 * @param receiveMaximum how many copies may be unacknowledged in it
	 */
	void connected(Session session, int epoch, int receiveMaximum) {
		StoredQueue queue = session.queue;
		if (queue == null) {
			return;
		}
		SessionRow row = session.row();
		List<ShareableFilter> filters = List.copyOf(session.subscriptions.keySet());
		this.journal.readAndWrite((batch) -> {
			put(batch, row);
			Deliveries deliveries = new Deliveries();
			this.queues.add(queue);
			queue.attached(batch, epoch, receiveMaximum, deliveries);
			// at once: it has room from here on, and what waits for it comes first
			filters.forEach(this.queues.groups()::membersChanged);
			return deliveries;
		});
	}

	private static void put(Batch batch, SessionRow row) {
		batch.put(Families.SESSION, row.key(), row.value());
	}

	/**
	 * Its connection ended.
	 * @param unacknowledged how many copies were sent and not acknowledged
	 */
	void disconnected(Session session, int unacknowledged) {
		StoredQueue queue = session.queue;
		if (queue == null) {
			return;
		}
		SessionRow row = session.row();
		this.journal.store((batch) -> {
			put(batch, row);
			queue.detached(unacknowledged);
		});
	}

	/** Returns what stores a subscription, or null if its session is not stored. */
	static @Nullable Consumer<Batch> subscribed(Subscription subscription) {
		StoredQueue queue = subscription.session().queue;
		if (queue == null) {
			return null;
		}
		SubscriptionRow row = row(queue, subscription, false);
		return (batch) -> {
			queue.subscribed(row.filter());
			batch.put(Families.SUBSCRIPTION, row.key(), row.value());
		};
	}

	private static SubscriptionRow row(StoredQueue queue, Subscription subscription, boolean ended) {
		return new SubscriptionRow(queue.session(), subscription.filter(), subscription.options(), ended);
	}

	/** A subscription of it ended. */
	void unsubscribed(Subscription subscription) {
		Session session = subscription.session();
		StoredQueue queue = session.queue;
		this.journal.readAndWrite((batch) -> {
			if (queue != null) {
				unsubscribed(batch, session, queue, row(queue, subscription, true));
			}
			session.outbound.takeHeldBack(this.queues.held().subscribed(session))
				.forEach((copy) -> this.queues.held().hold(batch, copy, session.id()));
			return Change.NOTHING;
		});
	}

	private void unsubscribed(Batch batch, Session session, StoredQueue queue, SubscriptionRow ended) {
		queue.unsubscribed(batch, ended, () -> this.queues.held().subscribed(session));
	}

	/** A subscription of it had ended when the server stopped: goes on with that. */
	void recovered(Session session, SubscriptionRow ended) {
		StoredQueue queue = session.queue;
		if (queue != null) {
			this.journal.store((batch) -> unsubscribed(batch, session, queue, ended));
		}
	}

	/**
	 * It has ended; its queue is cleared up from here on.
	 * @param ending what becomes of what nobody else can have
	 */
	void ended(Session session, Ending ending) {
		StoredQueue queue = session.queue;
		if (queue == null) {
			return;
		}
		SessionRow row = session.row();
		EndedRow left = new EndedRow(row.number(), session.id(), row.sentBefore());
		this.journal.store((batch) -> {
			batch.delete(Families.SESSION, row.key());
			batch.put(Families.ENDED, left.key(), left.value());
			session.receivedIds()
				.forEach((packetId) -> batch.delete(Families.RECEIVED, new ReceivedRow(row.number(), packetId).key()));
			queue.end();
		});
		this.queues.clearUp(queue, this.handovers, ending);
	}

}
