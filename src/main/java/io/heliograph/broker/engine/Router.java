package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Action;
import io.heliograph.broker.Message;
import io.heliograph.broker.engine.SubscriptionIndex.Matches;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;

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
			copies += deliverToOne(group, shared) ? 1 : 0;
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
		Subscription.Options options = subscription.options();
		for (SharedMessage shared : this.retained.matching(subscription.filter().filter())) {
			if (!shared.expired(now) && !isOwn(subscription, shared.message())) {
				offer(subscription.session(), new Copy(shared, shared.message().qos().min(options.qos()), true,
						Copy.ids(options.identifier()), null));
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
		offer(subscription.session(), copy(subscription, shared));
		return 1;
	}

	private static Copy copy(Subscription subscription, SharedMessage shared) {
		Message message = shared.message();
		Subscription.Options options = subscription.options();
		ShareableFilter filter = subscription.filter();
		return new Copy(shared, message.qos().min(options.qos()), message.retain() && options.retainAsPublished(),
				Copy.ids(options.identifier()), (filter.group() != null) ? filter : null);
	}

	private void offer(Session session, Copy copy) {
		Drop drop = session.outbound.offer(copy);
		if (drop != null) {
			this.drops.count(drop);
		}
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
		bySession.forEach((session, overlap) -> offer(session, new Copy(shared, message.qos().min(overlap.qos),
				message.retain() && overlap.retainAsPublished, overlap.identifiers.build().toArray(), null)));
		return bySession.size();
	}

	/**
	 * Gives a copy to one of a group that may read the topic: to a connected member if
	 * one takes it, else to one whose session is kept.
	 * @return whether there is a member who may read it
	 */
	private boolean deliverToOne(Subscription[] group, SharedMessage shared) {
		int start = ThreadLocalRandom.current().nextInt(group.length);
		List<Subscription> offline = new ArrayList<>(0);
		Drop drop = null;
		for (int i = 0; i < group.length; i++) {
			Subscription member = group[(start + i) % group.length];
			if (!mayRead(member.session(), shared.message())) {
				continue;
			}
			if (!member.session().connected()) {
				offline.add(member);
				continue;
			}
			drop = member.session().outbound.offer(copy(member, shared));
			if (drop == null) {
				return true;
			}
		}
		for (Subscription member : offline) {
			drop = member.session().outbound.offer(copy(member, shared));
			if (drop == null) {
				return true;
			}
		}
		if (drop != null) {
			this.drops.count(drop);
		}
		return drop != null;
	}

	private boolean mayRead(Session session, Message message) {
		return this.access.decide(session.client(), Action.READ, message.topic()).allowed();
	}

	/** Gives a copy that a session leaves behind to another one of its group. */
	void passOn(Copy copy) {
		SharedMessage shared = copy.shared;
		for (Subscription[] group : this.index.match(shared.message().topic()).groups()) {
			if (group[0].filter().equals(copy.group) && deliverToOne(group, shared)) {
				return;
			}
		}
		this.drops.count(Drop.SESSION_ENDED);
	}

	/** What several subscriptions of a session come to together. */
	private static final class Overlap {

		private final IntStream.Builder identifiers = IntStream.builder();

		private Qos qos = Qos.AT_MOST_ONCE;

		private boolean retainAsPublished;

		void add(Subscription.Options options) {
			this.qos = this.qos.max(options.qos());
			this.retainAsPublished |= options.retainAsPublished();
			if (options.identifier() != 0) {
				this.identifiers.add(options.identifier());
			}
		}

	}

}
