package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
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

	/**
	 * Held for writing while a subscription is added and what is retained is sent, for
	 * reading while a message is retained and routed: the newer one never comes first.
	 */
	private final ReadWriteLock subscribing = new ReentrantReadWriteLock();

	/** Topics that are retained: the last message retained is the last one routed. */
	private final StripedLocks topics = new StripedLocks();

	Router(SubscriptionIndex index, RetainedMessages retained, AccessControl access, Clock clock) {
		this.index = index;
		this.retained = retained;
		this.access = access;
		this.clock = clock;
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
			Subscription member = choose(group, message);
			if (member != null) {
				copies += deliver(member, shared);
			}
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
				subscription.session()
					.offer(shared, shared.message().qos().min(options.qos()), true, Copy.ids(options.identifier()));
			}
		}
	}

	/** Forgets what is retained and of no use any more. */
	void removeExpired(Instant now) {
		this.retained.removeExpired(now);
	}

	private static int deliver(Subscription subscription, SharedMessage shared) {
		Message message = shared.message();
		if (isOwn(subscription, message)) {
			return 0;
		}
		Subscription.Options options = subscription.options();
		subscription.session()
			.offer(shared, message.qos().min(options.qos()), message.retain() && options.retainAsPublished(),
					Copy.ids(options.identifier()));
		return 1;
	}

	private static boolean isOwn(Subscription subscription, Message message) {
		return subscription.options().noLocal() && subscription.session().id().equals(message.publisher());
	}

	/**
	 * A session with several subscriptions that match gets one copy, with the best of
	 * them.
	 */
	private static int deliverOverlapping(Matches matches, SharedMessage shared) {
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
		bySession.forEach((session, overlap) -> session.offer(shared, message.qos().min(overlap.qos),
				message.retain() && overlap.retainAsPublished, overlap.identifiers.build().toArray()));
		return bySession.size();
	}

	/**
	 * One of a group that may read the topic: a connected member if there is one, else
	 * one whose session is kept.
	 */
	private @Nullable Subscription choose(Subscription[] group, Message message) {
		int start = ThreadLocalRandom.current().nextInt(group.length);
		Subscription offline = null;
		for (int i = 0; i < group.length; i++) {
			Subscription member = group[(start + i) % group.length];
			Session session = member.session();
			if (!this.access.decide(session.client(), Action.READ, message.topic()).allowed()) {
				continue;
			}
			if (session.connected()) {
				return member;
			}
			offline = member;
		}
		return offline;
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
