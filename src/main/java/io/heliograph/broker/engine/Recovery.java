package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.heliograph.broker.rows.ClientRow;
import io.heliograph.broker.rows.EndedRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.rows.ReceivedRow;
import io.heliograph.broker.rows.ReleasedRow;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.rows.SubscriptionRow;
import io.heliograph.broker.store.Store;
import org.jspecify.annotations.Nullable;

/** Brings back what is stored, before the journal of a new engine begins. */
final class Recovery {

	private final Store store;

	private final StoredQueues queues;

	private final Map<Long, Session> byNumber = new HashMap<>();

	private final List<StoredQueue> ended = new ArrayList<>();

	private final List<SubscriptionRow> unsubscribed = new ArrayList<>();

	Recovery(Store store, StoredQueues queues) {
		this.store = store;
		this.queues = queues;
	}

	void clients(ClientOwners owners) {
		this.store.forEach(Families.CLIENT, Families.EVERYTHING, (key, value) -> {
			owners.recovered(ClientRow.read(key, value));
		});
	}

	void retained(RetainedMessages retained) {
		this.store.forEach(Families.RETAINED, Families.EVERYTHING, (key, value) -> {
			retained.put(SharedMessage.of(MessageRow.read(value)));
		});
	}

	/**
	 * Returns the sessions, with their subscriptions and queues, for each of which
	 * {@link SessionRow#disconnectedAt} is noted.
	 */
	List<Session> sessions(SessionServices services, SubscriptionIndex index) {
		this.store.forEach(Families.SESSION, Families.EVERYTHING, (key, value) -> {
			SessionRow row = SessionRow.read(key, value);
			Session session = new Session(row.client(), services, row.number());
			session.expirySeconds = row.expirySeconds();
			session.disconnectedAt = row.disconnectedAt();
			session.will = row.will();
			this.byNumber.put(row.number(), session);
			if (session.queue != null) {
				session.queue.recovered(row.sentBefore(), row.ahead());
			}
			add(session.queue);
		});
		this.store.forEach(Families.ENDED, Families.EVERYTHING, (key, value) -> {
			StoredQueue queue = StoredQueue.ended(this.queues, EndedRow.read(key, value), services);
			add(queue);
			this.ended.add(queue);
		});
		subscriptions(index);
		this.store.forEach(Families.RECEIVED, Families.EVERYTHING, (key, value) -> {
			ReceivedRow row = ReceivedRow.ofKey(key);
			Session session = this.byNumber.get(row.session());
			if (session != null) {
				session.recovered(row);
			}
		});
		copies();
		return List.copyOf(this.byNumber.values());
	}

	private void add(@Nullable StoredQueue queue) {
		if (queue != null) {
			this.queues.add(queue);
			this.queues.recovered(queue.session());
		}
	}

	private void subscriptions(SubscriptionIndex index) {
		this.store.forEach(Families.SUBSCRIPTION, Families.EVERYTHING, (key, value) -> {
			SubscriptionRow row = SubscriptionRow.read(key, value);
			Session session = this.byNumber.get(row.session());
			if (row.ended()) {
				this.unsubscribed.add(row);
			}
			else if (session != null) {
				Subscription subscription = new Subscription(session, row.filter(), row.options());
				session.subscriptions.put(row.filter(), subscription);
				index.add(subscription);
			}
		});
	}

	private void copies() {
		this.store.forEach(Families.RELEASED, Families.EVERYTHING, (key, value) -> {
			QueuePlace place = QueuePlace.ofKey(key);
			StoredQueue queue = this.queues.get(place.session());
			if (queue != null) {
				queue.recoveredReceived(place, Ending.of(ReleasedRow.read(value)));
			}
		});
		this.store.forEach(Families.QUEUE, Families.EVERYTHING, (key, value) -> {
			QueuePlace place = QueuePlace.ofKey(key);
			QueuedRow row = QueuedRow.read(value);
			StoredQueue queue = this.queues.get(place.session());
			if (queue != null) {
				queue.recovered(place, row);
			}
			else {
				// whoever is next must not have what is there
				this.queues.recovered(place.session());
				if (row.group() != null) {
					this.queues.groups().recovered(row.group(), place, row);
				}
			}
			if (row.message() == null && row.number() == null) {
				this.queues.messages().recovered(row.id());
			}
		});
		this.byNumber.values().forEach((session) -> {
			if (session.queue != null) {
				session.queue.recovered();
			}
		});
		this.ended.forEach(StoredQueue::recovered);
	}

	/** The subscriptions that ended, with what was not at its end by then. */
	void unsubscribed(BiConsumer<Session, SubscriptionRow> goesOn) {
		for (SubscriptionRow row : this.unsubscribed) {
			Session session = this.byNumber.get(row.session());
			if (session != null) {
				goesOn.accept(session, row);
			}
		}
	}

	/** The queues of sessions that ended, which are to be cleared up. */
	List<StoredQueue> ended() {
		return this.ended;
	}

}
