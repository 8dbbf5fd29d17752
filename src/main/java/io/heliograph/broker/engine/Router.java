package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

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
	void sweep() {
		this.retained.removeExpired(this.clock.instant());
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
		Map<Session, Subscription.Options> best = new LinkedHashMap<>();
		Map<Session, int[]> identifiers = new LinkedHashMap<>();
		for (Subscription[] subscriptions : matches.own()) {
			for (Subscription subscription : subscriptions) {
				if (!isOwn(subscription, shared.message())) {
					best.merge(subscription.session(), subscription.options(), Router::better);
					identifiers.merge(subscription.session(), Copy.ids(subscription.options().identifier()),
							Router::join);
				}
			}
		}
		best.forEach((session, options) -> {
			Message message = shared.message();
			Qos qos = message.qos().min(options.qos());
			int[] ids = identifiers.getOrDefault(session, Copy.ids(0));
			session.offer(shared, qos, message.retain() && options.retainAsPublished(), ids);
		});
		return best.size();
	}

	private static Subscription.Options better(Subscription.Options one, Subscription.Options other) {
		return new Subscription.Options(one.qos().max(other.qos()), false,
				one.retainAsPublished() || other.retainAsPublished(), one.retainHandling(), one.identifier());
	}

	private static int[] join(int[] some, int[] more) {
		int[] all = Arrays.copyOf(some, some.length + more.length);
		System.arraycopy(more, 0, all, some.length, more.length);
		return all;
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

}
