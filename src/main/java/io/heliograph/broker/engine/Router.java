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

import io.heliograph.account.AccessControl;
import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * Brings each message to the sessions that it is for, and keeps the retained ones.
 * Thread-safe.
 */
final class Router {

	private final SubscriptionIndex index;

	private final RetainedMessages retained;

	private final AccessControl access;

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
		this.access = basics.access();
		this.clock = basics.clock();
		this.drops = basics.drops();
		this.journal = basics.journal();
		this.queues = queues;
		this.diskIsFull = diskIsFull;
	}

	/**
	 * Queues a copy of each message for each session that it matches, and retains those
	 * that are to be; whoever subscribes meanwhile does so before both or after both.
	 * @param also stores what belongs to them, or null; it is given the outcomes, of
	 * which there are none if they failed
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
			Routing routing = routing(message);
			if (routing.writes() && this.diskIsFull.getAsBoolean()) {
				routing.refuse();
			}
			else {
				retain(message);
				routing.deliver();
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

	private List<Copy> retained(Subscription subscription) {
		Instant now = this.clock.instant();
		int[] ids = Copy.ids(subscription.options().identifier());
		List<Copy> copies = new ArrayList<>();
		for (SharedMessage shared : this.retained.matching(subscription.filter().filter())) {
			if (!shared.expired(now) && !Routing.isOwn(subscription, shared.message())) {
				SharedMessage plain = SharedMessage.of(shared.message());
				copies.add(new Copy(plain, Routing.qos(subscription, shared), true, ids, null));
			}
		}
		return copies;
	}

	private void releaseHeld(Subscription subscription) {
		this.journal.readAndWrite((batch) -> {
			Deliveries deliveries = new Deliveries();
			this.queues.held().release(batch, subscription, deliveries);
			return deliveries;
		});
	}

	private void begin(Subscription subscription, List<Copy> retained, @Nullable Consumer<Batch> stored) {
		Session session = subscription.session();
		boolean held = this.queues.held().mayHave(session.id());
		if (stored == null && !held) {
			retained.forEach((copy) -> count(session.outbound.offer(copy)));
			return;
		}
		this.queues.change((batch) -> {
			if (stored != null) {
				stored.accept(batch);
			}
			Deliveries deliveries = new Deliveries();
			Target target = new Target(batch, true, deliveries, this.queues.ledger());
			retained.forEach((copy) -> count(session.take(target, copy)));
			if (held) {
				this.queues.held().release(batch, subscription, deliveries);
			}
			else if (this.queues.held().mayHave(session.id())) {
				// since a moment
				releaseHeld(subscription);
			}
			return deliveries;
		}, held);
	}

	void unsubscribe(Subscription subscription) {
		this.index.remove(subscription);
		this.queues.groups().membersChanged(subscription.filter());
	}

	private void count(@Nullable Drop drop) {
		if (drop != null && drop != Drop.SESSION_ENDED) {
			this.drops.count(drop);
		}
	}

	/** Forgets what is retained and of no use any more. */
	void removeExpired(Instant now) {
		for (SharedMessage expired : this.retained.expired(now)) {
			String topic = expired.message().topic().name();
			this.topics.run(topic, () -> {
				if (this.retained.remove(expired)) {
					this.journal.store((batch) -> batch.delete(Families.RETAINED,
							MessageRow.retainedKey(expired.message().topic())));
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
		GroupDelivery delivery = new GroupDelivery(copy.shared, target, this.access, this.drops);
		delivery.inTheLedger(copy);
		return delivery.deliverToOne(filter, group, this.queues.groups());
	}

	/** Routes a notification, and retains it if it is to be. On the journal's thread. */
	Outcome route(Batch batch, Notification notification, Deliveries deliveries) {
		SharedMessage shared = SharedMessage.of(notification);
		Message message = shared.message();
		this.queues.messages().remember(shared);
		return retaining(message.retain() ? List.of(message.topic().name()) : List.of(), () -> {
			retain(shared);
			return routing(shared).storeAll(batch, deliveries, this.queues);
		});
	}

	private Routing routing(SharedMessage shared) {
		return new Routing(shared, this.index.match(shared.message().topic()), this.access, this.drops,
				this.queues.groups());
	}

	/** A message that is retained is so no more, if it is that of its topic still. */
	void withdrawRetained(Batch batch, Message message) {
		if (message.retain()) {
			this.topics.run(message.topic().name(), () -> {
				if (this.retained.remove(SharedMessage.of(message))) {
					batch.delete(Families.RETAINED, MessageRow.retainedKey(message.topic()));
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
			Throwable failure = store(batch, deliveries);
			List<Outcome> outcomes = outcomes(this.routings);
			if (this.also != null) {
				this.also.accept(batch, (failure == null) ? outcomes : List.of());
			}
			return () -> {
				deliveries.run();
				if (failure == null) {
					this.stage.complete(outcomes);
				}
				else {
					this.stage.completeExceptionally(failure);
				}
			};
		}

		/** One that fails keeps no other from what it is for; returns why, or null. */
		private @Nullable Throwable store(Batch batch, Deliveries deliveries) {
			Throwable failure = null;
			for (Routing routing : this.routings) {
				try {
					routing.store(batch, deliveries, Router.this.queues);
				}
				catch (Throwable ex) {
					failure = ex;
				}
			}
			return failure;
		}

		@Override
		public void failed(Throwable cause) {
			this.stage.completeExceptionally(cause);
		}

	}

}
