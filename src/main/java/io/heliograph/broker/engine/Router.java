package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Brings each message to the sessions that it is for, and keeps the retained ones.
 * Thread-safe.
 */
final class Router {

	private final SubscriptionIndex index;

	private final RetainedMessages retained;

	private final Clock clock;

	private final Drops drops;

	private final Journal journal;

	private final StoredQueues queues;

	private final BooleanSupplier diskIsFull;

	/**
	 * Held for writing while a subscription is added and what is retained is sent, for
	 * reading while a message is retained and routed: the newer one never comes first.
	 */
	private final ReadWriteLock subscribing = new ReentrantReadWriteLock();

	/** Topics that are retained: the last message retained is the last one routed. */
	private final StripedLocks topics = new StripedLocks();

	Router(SubscriptionIndex index, RetainedMessages retained, SessionServices.Basics basics, StoredQueues queues,
			BooleanSupplier diskIsFull) {
		this.index = index;
		this.retained = retained;
		this.clock = basics.clock();
		this.drops = basics.drops();
		this.journal = basics.journal();
		this.queues = queues;
		this.diskIsFull = diskIsFull;
	}

	/**
	 * Queues a copy of each message for each session that it matches, and retains those
	 * that are to be; whoever subscribes meanwhile does so before both or after both.
	 * @param also stores what belongs to them, or null; it is given the outcomes
	 * @return completes when what must be is durable; then what is stored is delivered
	 */
	CompletableFuture<List<Outcome>> route(List<SharedMessage> messages,
			@Nullable BiConsumer<Batch, List<Outcome>> also) {
		List<String> retainedTopics = new ArrayList<>(0);
		for (SharedMessage shared : messages) {
			if (shared.message().retain()) {
				retainedTopics.add(shared.message().topic().name());
			}
		}
		return retaining(retainedTopics, () -> routeAll(messages, also));
	}

	/** Does something while nobody else retains to these topics, or subscribes. */
	private <T> T retaining(List<String> retainedTopics, Supplier<T> action) {
		if (retainedTopics.isEmpty()) {
			return action.get();
		}
		this.subscribing.readLock().lock();
		try {
			return this.topics.callAll(retainedTopics, action);
		}
		finally {
			this.subscribing.readLock().unlock();
		}
	}

	private CompletableFuture<List<Outcome>> routeAll(List<SharedMessage> messages,
			@Nullable BiConsumer<Batch, List<Outcome>> also) {
		List<Routing> routings = new ArrayList<>(messages.size());
		boolean writes = also != null;
		for (SharedMessage message : messages) {
			Routing routing = new Routing(message, this.index.match(message.message().topic()), this.drops,
					this.queues.groups());
			if (routing.writes() && this.diskIsFull.getAsBoolean()) {
				routing.refuse();
			}
			else {
				retain(message);
				routing.deliver();
				routing.waits();
				writes |= routing.writes();
			}
			routings.add(routing);
		}
		if (!writes) {
			return CompletableFuture.completedFuture(outcomes(routings));
		}
		CompletableFuture<List<Outcome>> stage = new CompletableFuture<>();
		this.queues.change(new Storing(routings, also, stage), false);
		return stage;
	}

	private void retain(SharedMessage shared) {
		Message message = shared.message();
		if (message.retain() && message.payload().length == 0) {
			this.retained.clear(message.topic());
		}
		else if (message.retain()) {
			this.retained.put(shared);
		}
	}

	private static List<Outcome> outcomes(List<Routing> routings) {
		List<Outcome> outcomes = new ArrayList<>(routings.size());
		for (Routing routing : routings) {
			outcomes.add(routing.outcome());
		}
		return outcomes;
	}

	/**
	 * Adds a subscription.
	 * @param withRetained whether what is retained under it is sent
	 * @param stored stores it, or null if its session is not
	 */
	void subscribe(Subscription subscription, boolean withRetained, @Nullable Consumer<Batch> stored) {
		if (subscription.filter().group() == null) {
			// first: what is held comes before what it will match
			subscription.session().subscribed.incrementAndGet();
		}
		if (!withRetained) {
			this.index.add(subscription);
			begin(subscription, List.of(), stored);
			this.queues.groups().membersChanged(subscription.filter());
			return;
		}
		this.subscribing.writeLock().lock();
		try {
			this.index.add(subscription);
			begin(subscription, retained(subscription), stored);
		}
		finally {
			this.subscribing.writeLock().unlock();
		}
	}

	private List<SharedMessage> retained(Subscription subscription) {
		Instant now = this.clock.instant();
		List<SharedMessage> retained = this.retained.matching(subscription.filter().filter());
		retained.removeIf((shared) -> shared.expired(now) || Recipients.isOwn(subscription, shared.message()));
		return retained;
	}

	/** What is retained and what is held is sent behind the subscription. */
	private void begin(Subscription subscription, List<SharedMessage> retained, @Nullable Consumer<Batch> stored) {
		Session session = subscription.session();
		if (stored == null) {
			retained.forEach((shared) -> this.drops
				.countRefusal(session.outbound.offer(RetainedDelivery.copy(subscription, shared))));
		}
		else {
			RetainedDelivery delivery = new RetainedDelivery(subscription, retained, this.retained, this.queues);
			this.queues.change((batch) -> {
				stored.accept(batch);
				return delivery.apply(batch);
			}, false);
		}
		if (subscription.filter().group() == null) {
			releaseHeld(session);
		}
	}

	/**
	 * Delivers what is held and what a session is subscribed to by now. Any thread; does
	 * not wait.
	 */
	void releaseHeld(Session session) {
		int subscribed = session.subscribed.get();
		this.journal.write((batch) -> {
			session.releasedTo = subscribed;
			this.queues.held().release(session);
			return Change.NOTHING;
		});
	}

	void unsubscribe(Subscription subscription) {
		this.index.remove(subscription);
		this.queues.groups().membersChanged(subscription.filter());
	}

	/** Forgets what is retained and of no use any more. */
	void removeExpired(Instant now) {
		for (SharedMessage expired : this.retained.expired(now)) {
			String topic = expired.message().topic().name();
			this.topics.run(topic, () -> {
				if (this.retained.remove(expired)) {
					this.journal.store((batch) -> storeRetained(batch, expired.message().topic()));
				}
			});
		}
	}

	/**
	 * Gives a copy for one of a group to another member of it. On the thread of the
	 * journal.
	 * @return whether there is a member who may read it
	 */
	boolean inherit(Batch batch, Copy copy, Deliveries deliveries) {
		ShareableFilter filter = Objects.requireNonNull(copy.group);
		Subscription[] group = this.index.group(filter);
		Target target = new Target(batch, true, deliveries, this.queues.ledger());
		GroupDelivery delivery = new GroupDelivery(copy.shared, target, this.drops);
		delivery.inTheLedger(copy);
		return delivery.deliverToOne(filter, group, this.queues.groups());
	}

	/** Routes a notification, and retains it if it is to be. On the journal's thread. */
	Outcome route(Batch batch, Notification notification, Deliveries deliveries) {
		SharedMessage shared = SharedMessage.of(notification);
		Message message = shared.message();
		this.queues.messages().remember(shared);
		return retaining(message.retain() ? List.of(message.topic().name()) : List.of(), () -> {
			if (message.retain()) {
				retain(shared);
				storeRetained(batch, message.topic());
			}
			return new NotificationRouting(shared, notification, this.queues, batch, deliveries).deliver(this.index);
		});
	}

	/**
	 * Stores what is retained of a topic at this moment. Who retains something does so in
	 * memory first, and this follows: the last one of these sees the last of those. On
	 * the journal's thread.
	 */
	private void storeRetained(Batch batch, Topic topic) {
		SharedMessage present = this.retained.get(topic);
		if (present != null) {
			batch.put(Families.RETAINED, MessageRow.retainedKey(topic), MessageRow.value(present.message()));
		}
		else {
			batch.delete(Families.RETAINED, MessageRow.retainedKey(topic));
		}
	}

	/** A message that is retained is so no more, if it is that of its topic still. */
	void withdrawRetained(Batch batch, Message message) {
		if (message.retain()) {
			this.topics.run(message.topic().name(), () -> {
				if (this.retained.remove(SharedMessage.of(message))) {
					storeRetained(batch, message.topic());
				}
			});
		}
	}

	/** Stores what is to be of messages that are on their way. */
	private final class Storing implements Change {

		private final List<Routing> routings;

		private final @Nullable BiConsumer<Batch, List<Outcome>> also;

		private final CompletableFuture<List<Outcome>> stage;

		Storing(List<Routing> routings, @Nullable BiConsumer<Batch, List<Outcome>> also,
				CompletableFuture<List<Outcome>> stage) {
			this.routings = routings;
			this.also = also;
			this.stage = stage;
		}

		@Override
		public Runnable apply(Batch batch) {
			Deliveries deliveries = new Deliveries();
			for (Routing routing : this.routings) {
				Message message = routing.shared().message();
				if (message.retain() && routing.taken()) {
					storeRetained(batch, message.topic());
				}
				routing.store(batch, deliveries, Router.this.queues.ledger());
			}
			List<Outcome> outcomes = outcomes(this.routings);
			if (this.also != null) {
				this.also.accept(batch, outcomes);
			}
			return () -> {
				deliveries.run();
				this.stage.complete(outcomes);
			};
		}

		@Override
		public void failed(Throwable cause) {
			this.stage.completeExceptionally(cause);
		}

	}

}
