package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

import io.heliograph.mqtt.Topic;

/**
 * The topics that a session is subscribed to. It is asked once for each, so that all that
 * is done with one of these does the same to all messages of a topic, which stay in
 * order.
 */
final class SubscribedTopics implements Predicate<Topic> {

	private final SubscriptionIndex index;

	private final Session session;

	private final Map<Topic, Boolean> known = new HashMap<>();

	SubscribedTopics(SubscriptionIndex index, Session session) {
		this.index = index;
		this.session = session;
	}

	@Override
	public boolean test(Topic topic) {
		return this.known.computeIfAbsent(topic, this::isSubscribed);
	}

	/** From here on a topic counts as one that it is not subscribed to. */
	void leaveOut(Topic topic) {
		this.known.put(topic, false);
	}

	private boolean isSubscribed(Topic topic) {
		return !this.index.match(topic, this.session).isEmpty();
	}

}
