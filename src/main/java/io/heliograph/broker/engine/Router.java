package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Action;
import io.heliograph.broker.Message;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.engine.SubscriptionIndex.Matches;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.Qos;
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

	private final BooleanSupplier diskIsFull;

	/**
	 * Held for writing while a subscription is added and what is retained is sent, for
	 * reading while a message is retained and routed: the newer one never comes first.
	 */
	private final ReadWriteLock subscribing = new ReentrantReadWriteLock();

	/** Topics that are retained: the last message retained is the last one routed. */
	private final StripedLocks topics = new StripedLocks();

	Router(SubscriptionIndex index, RetainedMessages retained, AccessControl access, Clock clock, Drops drops,
			Journal journal, BooleanSupplier diskIsFull) {
		this.index = index;
		this.retained = retained;
		this.access = access;
		this.clock = clock;
		this.drops = drops;
		this.journal = journal;
		this.diskIsFull = diskIsFull;
	}

	/**
	 * Queues a copy of each message for each session that it matches, and retains those
	 * that are to be; whoever subscribes meanwhile does so before both or after both.
	 * @param also stores what belongs to them, or null; it is given the outcomes, of
	 * which there are none if they failed
	 * @return completes when what must be is durable; then what is stored is delivered
	 */
	CompletableFuture<List<Outcome>> route(List<Message> messages, @Nullable BiConsumer<Batch, List<Outcome>> also) {
		List<String> retainedTopics = messages.stream()
			.filter(Message::retain)
			.map((message) -> message.topic().name())
			.toList();
		if (retainedTopics.isEmpty()) {
			return routeAll(messages, also);
		}
		this.subscribing.readLock().lock();
		try {
			return this.topics.callAll(retainedTopics, () -> routeAll(messages, also));
		}
		finally {
			this.subscribing.readLock().unlock();
		}
	}

	private CompletableFuture<List<Outcome>> routeAll(List<Message> messages,
			@Nullable BiConsumer<Batch, List<Outcome>> also) {
		List<Routing> routings = new ArrayList<>(messages.size());
		boolean writes = also != null;
		for (Message message : messages) {
			Routing routing = match(SharedMessage.of(message));
			if (routing.writes() && this.diskIsFull.getAsBoolean()) {
				routing.refused = true;
			}
			else {
				routing.deliver();
				writes |= routing.writes();
			}
			routings.add(routing);
		}
		if (!writes) {
			return CompletableFuture.completedFuture(outcomes(routings));
		}
		CompletableFuture<List<Outcome>> stage = new CompletableFuture<>();
		this.journal.write(new Change() {

			@Override
			public Runnable apply(Batch batch) {
				Deliveries deliveries = new Deliveries();
				Throwable failure = store(routings, batch, deliveries);
				List<Outcome> outcomes = outcomes(routings);
				if (also != null) {
					also.accept(batch, (failure == null) ? outcomes : List.of());
				}
				return () -> {
					deliveries.run();
					if (failure == null) {
						stage.complete(outcomes);
					}
					else {
						stage.completeExceptionally(failure);
					}
				};
			}

			@Override
			public void failed(Throwable cause) {
				stage.completeExceptionally(cause);
			}

		});
		return stage;
	}

	/** One that fails keeps no other from what it is for; returns why, or null. */
	private static @Nullable Throwable store(List<Routing> routings, Batch batch, Deliveries deliveries) {
		Throwable failure = null;
		for (Routing routing : routings) {
			try {
				routing.store(batch, deliveries);
			}
			catch (Throwable ex) {
				failure = ex;
			}
		}
		return failure;
	}

	private static List<Outcome> outcomes(List<Routing> routings) {
		return routings.stream().map(Routing::outcome).toList();
	}

	private Routing match(SharedMessage shared) {
		Message message = shared.message();
		Matches matches = this.index.match(message.topic());
		Routing routing = new Routing(shared);
		if (matches.own().size() == 1) {
			for (Subscription subscription : matches.own().get(0)) {
				if (!isOwn(subscription, message)) {
					routing.add(subscription.session(), copy(subscription, shared));
				}
			}
		}
		else if (!matches.own().isEmpty()) {
			addOverlapping(routing, matches, shared);
		}
		matches.groups().forEach(routing::add);
		return routing;
	}

	/**
	 * A session with several subscriptions that match gets one copy, with the best of
	 * them.
	 */
	private static void addOverlapping(Routing routing, Matches matches, SharedMessage shared) {
		Map<Session, Overlap> bySession = new LinkedHashMap<>();
		for (Subscription[] subscriptions : matches.own()) {
			for (Subscription subscription : subscriptions) {
				if (!isOwn(subscription, shared.message())) {
					bySession.computeIfAbsent(subscription.session(), (session) -> new Overlap())
						.add(subscription.options());
				}
			}
		}
		bySession.forEach((session, overlap) -> routing.add(session, overlap.copy(shared)));
	}

	/**
	 * Adds a subscription.
	 * @param withRetained whether what is retained under it is sent
	 * @param stored stores it, or null if its session is not
	 */
	void subscribe(Subscription subscription, boolean withRetained, @Nullable Consumer<Batch> stored) {
		if (!withRetained) {
			this.index.add(subscription);
			if (stored != null) {
				write(stored);
			}
			return;
		}
		this.subscribing.writeLock().lock();
		try {
			this.index.add(subscription);
			deliverRetained(subscription, stored);
		}
		finally {
			this.subscribing.writeLock().unlock();
		}
	}

	private void write(Consumer<Batch> stored) {
		this.journal.write((batch) -> {
			stored.accept(batch);
			return Change.NOTHING;
		});
	}

	void unsubscribe(Subscription subscription) {
		this.index.remove(subscription);
	}

	private void deliverRetained(Subscription subscription, @Nullable Consumer<Batch> stored) {
		Instant now = this.clock.instant();
		SubscriptionOptions options = subscription.options();
		List<Copy> copies = new ArrayList<>();
		for (SharedMessage shared : this.retained.matching(subscription.filter().filter())) {
			if (!shared.expired(now) && !isOwn(subscription, shared.message())) {
				copies.add(new Copy(shared, qos(subscription, shared), true, Copy.ids(options.identifier()), null));
			}
		}
		StoredQueue queue = subscription.session().queue;
		if (stored == null || queue == null) {
			copies.forEach((copy) -> count(subscription.session().outbound.offer(copy)));
			return;
		}
		this.journal.write((batch) -> {
			stored.accept(batch);
			Deliveries deliveries = new Deliveries();
			for (Copy copy : copies) {
				count((copy.qos == Qos.AT_MOST_ONCE) ? subscription.session().outbound.offer(copy)
						: queue.add(batch, copy, true, deliveries));
			}
			return deliveries;
		});
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
					write((batch) -> batch.delete(Families.RETAINED,
							MessageRow.retainedKey(expired.message().topic())));
				}
			});
		}
	}

	private static Copy copy(Subscription subscription, SharedMessage shared) {
		SubscriptionOptions options = subscription.options();
		ShareableFilter filter = subscription.filter();
		return new Copy(shared, qos(subscription, shared), shared.message().retain() && options.retainAsPublished(),
				Copy.ids(options.identifier()), (filter.group() != null) ? filter : null);
	}

	private static Qos qos(Subscription subscription, SharedMessage shared) {
		return shared.message().qos().min(subscription.options().qos());
	}

	private static boolean isOwn(Subscription subscription, Message message) {
		return subscription.options().noLocal() && subscription.session().id().equals(message.publisher());
	}

	/**
	 * Gives a copy for one of a group to a member of it. On the thread of the journal.
	 * @return whether there is a member who may read it
	 */
	boolean inherit(Batch batch, Copy copy, Deliveries deliveries) {
		Subscription[] group = this.index.group(Objects.requireNonNull(copy.group));
		return group.length > 0 && new Round(copy.shared, batch, true, deliveries).deliverToOne(group);
	}

	/** A message with those that it is for. */
	private final class Routing {

		private final SharedMessage shared;

		/** Sessions whose copies are not stored, and their copies in the same places. */
		private final List<Session> direct = new ArrayList<>(1);

		private final List<Copy> directCopies = new ArrayList<>(1);

		private final List<Session> stored = new ArrayList<>(1);

		private final List<Copy> storedCopies = new ArrayList<>(1);

		private final List<Subscription[]> directGroups = new ArrayList<>(0);

		/** Groups that have a member whose session is stored. */
		private final List<Subscription[]> storedGroups = new ArrayList<>(0);

		private int copies;

		private boolean refused;

		Routing(SharedMessage shared) {
			this.shared = shared;
		}

		void add(Session session, Copy copy) {
			boolean isStored = session.queue != null && copy.qos != Qos.AT_MOST_ONCE;
			(isStored ? this.stored : this.direct).add(session);
			(isStored ? this.storedCopies : this.directCopies).add(copy);
		}

		void add(Subscription[] group) {
			boolean isStored = this.shared.message().qos() != Qos.AT_MOST_ONCE;
			if (isStored) {
				isStored = false;
				for (Subscription member : group) {
					isStored |= member.session().queue != null;
				}
			}
			(isStored ? this.storedGroups : this.directGroups).add(group);
		}

		boolean writes() {
			return this.shared.message().retain() || !this.stored.isEmpty() || !this.storedGroups.isEmpty();
		}

		/** What is not stored is on its way at once. */
		void deliver() {
			if (this.shared.message().retain()) {
				retain();
			}
			for (int i = 0; i < this.direct.size(); i++) {
				noted(this.direct.get(i).outbound.offer(this.directCopies.get(i)));
			}
			for (Subscription[] group : this.directGroups) {
				this.copies += new Round(this.shared, null, true, null).deliverToOne(group) ? 1 : 0;
			}
		}

		private void retain() {
			Message message = this.shared.message();
			if (message.payload().length == 0) {
				Router.this.retained.clear(message.topic());
			}
			else {
				Router.this.retained.put(this.shared);
			}
		}

		/** On the thread of the journal. */
		void store(Batch batch, Deliveries deliveries) {
			if (this.refused) {
				return;
			}
			Message message = this.shared.message();
			if (message.retain() && message.payload().length == 0) {
				batch.delete(Families.RETAINED, MessageRow.retainedKey(message.topic()));
			}
			else if (message.retain()) {
				batch.put(Families.RETAINED, MessageRow.retainedKey(message.topic()), MessageRow.value(message));
			}
			boolean alone = this.stored.size() + this.storedGroups.size() == 1;
			for (int i = 0; i < this.stored.size(); i++) {
				StoredQueue queue = Objects.requireNonNull(this.stored.get(i).queue);
				noted(queue.add(batch, this.storedCopies.get(i), alone, deliveries));
			}
			for (Subscription[] group : this.storedGroups) {
				this.copies += new Round(this.shared, batch, alone, deliveries).deliverToOne(group) ? 1 : 0;
			}
		}

		/** A session that has ended may be in the index still. */
		private void noted(@Nullable Drop drop) {
			count(drop);
			if (drop != Drop.SESSION_ENDED) {
				this.copies++;
			}
		}

		Outcome outcome() {
			return this.refused ? new Outcome.Refused() : new Outcome.Routed(this.copies);
		}

	}

	/** A message that is offered to the members of a group, one after the other. */
	private final class Round {

		private final SharedMessage shared;

		private final @Nullable Batch batch;

		private final boolean alone;

		private final @Nullable Deliveries deliveries;

		/** Why the last one who may read it cannot have it. */
		private @Nullable Drop drop;

		/**
		 * @param batch where it is stored, on the thread of the journal; null if no
		 * member's session is stored
		 * @param alone whether no other copy shares the message
		 */
		Round(SharedMessage shared, @Nullable Batch batch, boolean alone, @Nullable Deliveries deliveries) {
			this.shared = shared;
			this.batch = batch;
			this.alone = alone;
			this.deliveries = deliveries;
		}

		/**
		 * Gives a copy to one of a group that may read the topic: to a connected member
		 * if one takes it, else to one whose session is kept.
		 * @return whether there is a member who may read it
		 */
		boolean deliverToOne(Subscription[] group) {
			int start = ThreadLocalRandom.current().nextInt(group.length);
			List<Subscription> away = new ArrayList<>(0);
			for (int i = 0; i < group.length; i++) {
				Subscription member = group[(start + i) % group.length];
				if (!member.session().connected()) {
					away.add(member);
				}
				else if (endsWith(member)) {
					return true;
				}
			}
			for (Subscription member : away) {
				if (endsWith(member)) {
					return true;
				}
			}
			if (this.drop != null) {
				Router.this.drops.count(this.drop);
			}
			return this.drop != null;
		}

		/** Returns whether this one takes it. */
		private boolean endsWith(Subscription member) {
			Session session = member.session();
			if (session.outbound.ended()) {
				return false;
			}
			Link link = session.outbound.link();
			boolean takesNone = link == null && qos(member, this.shared) == Qos.AT_MOST_ONCE;
			// to ask the rules costs most, and what is to be counted is known
			if ((takesNone && this.drop != null) || !mayRead(session)) {
				return false;
			}
			Copy copy = copy(member, this.shared);
			Drop refusal = (link == null || link.takes(copy)) ? offer(session, copy) : Drop.TOO_LARGE;
			if (refusal != null && refusal != Drop.SESSION_ENDED) {
				this.drop = refusal;
			}
			return refusal == null;
		}

		private @Nullable Drop offer(Session session, Copy copy) {
			if (session.queue == null || copy.qos == Qos.AT_MOST_ONCE) {
				return session.outbound.offer(copy);
			}
			if (this.batch == null || this.deliveries == null) {
				throw new IllegalStateException("a member's session is stored, which came since");
			}
			return session.queue.add(this.batch, copy, this.alone, this.deliveries);
		}

		private boolean mayRead(Session session) {
			return Router.this.access.decide(session.client(), Action.READ, this.shared.message().topic()).allowed();
		}

	}

	/** What several subscriptions of a session come to together. */
	private static final class Overlap {

		private final IntStream.Builder identifiers = IntStream.builder();

		private Qos qos = Qos.AT_MOST_ONCE;

		private boolean retainAsPublished;

		void add(SubscriptionOptions options) {
			this.qos = this.qos.max(options.qos());
			this.retainAsPublished |= options.retainAsPublished();
			if (options.identifier() != 0) {
				this.identifiers.add(options.identifier());
			}
		}

		Copy copy(SharedMessage shared) {
			Message message = shared.message();
			return new Copy(shared, message.qos().min(this.qos), message.retain() && this.retainAsPublished,
					this.identifiers.build().toArray(), null);
		}

	}

}
