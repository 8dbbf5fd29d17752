package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Action;
import io.heliograph.broker.Message;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.engine.SubscriptionIndex.Matches;
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

	/**
	 * Held for writing while a subscription is added and what is retained is sent, for
	 * reading while a message is retained and routed: the newer one never comes first.
	 */
	private final ReadWriteLock subscribing = new ReentrantReadWriteLock();

	/** Topics that are retained: the last message retained is the last one routed. */
	private final StripedLocks topics = new StripedLocks();

	Router(SubscriptionIndex index, RetainedMessages retained, AccessControl access, Clock clock, Drops drops) {
		this.index = index;
		this.retained = retained;
		this.access = access;
		this.clock = clock;
		this.drops = drops;
	}

	/**
	 * Queues a copy for each session that the message matches, and retains it if it is to
	 * be; whoever subscribes meanwhile does so before both or after both.
	 * @return how many sessions it matched
	 */
	int route(Message message) {
		SharedMessage shared = SharedMessage.of(message);
		if (!message.retain()) {
			return deliver(shared);
		}
		Lock topic = this.topics.of(message.topic().name());
		this.subscribing.readLock().lock();
		topic.lock();
		try {
			retain(shared);
			return deliver(shared);
		}
		finally {
			topic.unlock();
			this.subscribing.readLock().unlock();
		}
	}

	private int deliver(SharedMessage shared) {
		Message message = shared.message();
		Matches matches = this.index.match(message.topic());
		int copies = 0;
		if (matches.own().size() == 1) {
			for (Subscription subscription : matches.own().get(0)) {
				copies += deliver(subscription, shared);
			}
		}
		else if (!matches.own().isEmpty()) {
			copies += deliverOverlapping(matches, shared);
		}
		for (Subscription[] group : matches.groups()) {
			copies += deliverToOne(group, new Round(shared)) ? 1 : 0;
		}
		return copies;
	}

	private void retain(SharedMessage shared) {
		if (shared.message().payload().length == 0) {
			this.retained.clear(shared.message().topic());
		}
		else {
			this.retained.put(shared);
		}
	}

	/**
	 * Adds a subscription.
	 * @param withRetained whether what is retained under it is sent
	 */
	void subscribe(Subscription subscription, boolean withRetained) {
		if (!withRetained) {
			this.index.add(subscription);
			return;
		}
		this.subscribing.writeLock().lock();
		try {
			this.index.add(subscription);
			deliverRetained(subscription);
		}
		finally {
			this.subscribing.writeLock().unlock();
		}
	}

	void unsubscribe(Subscription subscription) {
		this.index.remove(subscription);
	}

	private void deliverRetained(Subscription subscription) {
		Instant now = this.clock.instant();
		SubscriptionOptions options = subscription.options();
		for (SharedMessage shared : this.retained.matching(subscription.filter().filter())) {
			if (!shared.expired(now) && !isOwn(subscription, shared.message())) {
				offer(subscription.session(),
						new Copy(shared, qos(subscription, shared), true, Copy.ids(options.identifier()), null));
			}
		}
	}

	/** Forgets what is retained and of no use any more. */
	void removeExpired(Instant now) {
		this.retained.removeExpired(now);
	}

	private int deliver(Subscription subscription, SharedMessage shared) {
		if (isOwn(subscription, shared.message())) {
			return 0;
		}
		return offer(subscription.session(), copy(subscription, shared)) ? 1 : 0;
	}

	private static Copy copy(Subscription subscription, SharedMessage shared) {
		Message message = shared.message();
		SubscriptionOptions options = subscription.options();
		ShareableFilter filter = subscription.filter();
		return new Copy(shared, qos(subscription, shared), message.retain() && options.retainAsPublished(),
				Copy.ids(options.identifier()), (filter.group() != null) ? filter : null);
	}

	private static Qos qos(Subscription subscription, SharedMessage shared) {
		return shared.message().qos().min(subscription.options().qos());
	}

	/**
	 * Returns whether there is the session: one that has ended may be in the index still.
	 */
	private boolean offer(Session session, Copy copy) {
		Drop drop = session.outbound.offer(copy);
		if (drop == Drop.SESSION_ENDED) {
			return false;
		}
		if (drop != null) {
			this.drops.count(drop);
		}
		return true;
	}

	private static boolean isOwn(Subscription subscription, Message message) {
		return subscription.options().noLocal() && subscription.session().id().equals(message.publisher());
	}

	/**
	 * A session with several subscriptions that match gets one copy, with the best of
	 * them.
	 */
	private int deliverOverlapping(Matches matches, SharedMessage shared) {
		Message message = shared.message();
		Map<Session, Overlap> bySession = new LinkedHashMap<>();
		for (Subscription[] subscriptions : matches.own()) {
			for (Subscription subscription : subscriptions) {
				if (!isOwn(subscription, message)) {
					bySession.computeIfAbsent(subscription.session(), (session) -> new Overlap())
						.add(subscription.options());
				}
			}
		}
		int copies = 0;
		for (Map.Entry<Session, Overlap> entry : bySession.entrySet()) {
			copies += offer(entry.getKey(), entry.getValue().copy(shared)) ? 1 : 0;
		}
		return copies;
	}

	/**
	 * Gives a copy to one of a group that may read the topic: to a connected member if
	 * one takes it, else to one whose session is kept.
	 * @return whether there is a member who may read it
	 */
	private boolean deliverToOne(Subscription[] group, Round round) {
		int start = ThreadLocalRandom.current().nextInt(group.length);
		List<Subscription> away = new ArrayList<>(0);
		for (int i = 0; i < group.length; i++) {
			Subscription member = group[(start + i) % group.length];
			if (!member.session().connected()) {
				away.add(member);
			}
			else if (round.endsWith(member)) {
				return true;
			}
		}
		for (Subscription member : away) {
			if (round.endsWith(member)) {
				return true;
			}
		}
		if (round.drop != null) {
			this.drops.count(round.drop);
		}
		return round.drop != null;
	}

	/**
	 * Gives a copy that a member of a group leaves behind, or cannot deliver, to another.
	 * @return whether there is a member who may read it
	 */
	boolean handOver(Copy copy) {
		Subscription[] group = this.index.group(Objects.requireNonNull(copy.group));
		return group.length > 0 && deliverToOne(group, new Round(copy.shared));
	}

	/** A message that is offered to the members of a group, one after the other. */
	private final class Round {

		private final SharedMessage shared;

		/** Why the last one who may read it cannot have it. */
		private @Nullable Drop drop;

		Round(SharedMessage shared) {
			this.shared = shared;
		}

		/** Returns whether this one takes it. */
		boolean endsWith(Subscription member) {
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
			Drop refusal = (link == null || link.takes(copy)) ? session.outbound.offer(copy) : Drop.TOO_LARGE;
			if (refusal != null && refusal != Drop.SESSION_ENDED) {
				this.drop = refusal;
			}
			return refusal == null;
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
