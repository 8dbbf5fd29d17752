package io.heliograph.broker.engine;

import java.util.List;

import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;

/** All subscriptions, found by topic. Thread-safe. */
interface SubscriptionIndex {

	/**
	 * Adds a subscription in the place of the same session's to the same filter, if there
	 * is one.
	 */
	void add(Subscription subscription);

	void remove(Subscription subscription);

	/** Finds whom a message on the topic is for. */
	Matches match(Topic topic);

	/**
	 * Finds the subscriptions of one session that a message on the topic is for, but
	 * shared ones, in the order of the above. It looks at no other session's, of which
	 * there may be thousands.
	 */
	List<Subscription> match(Topic topic, Session session);

	/**
	 * The members of a shared group, none if there is no such group; not to be changed.
	 */
	Subscription[] group(ShareableFilter filter);

	/**
	 * What a topic matches. The arrays are not to be changed.
	 *
	 * @param own the subscriptions to each filter that matches, not shared ones
	 * @param groups the members of each shared group that matches; one of them gets the
	 * message
	 */
	record Matches(List<Subscription[]> own, List<Subscription[]> groups) {
	}

}
