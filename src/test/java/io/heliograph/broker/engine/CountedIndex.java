package io.heliograph.broker.engine;

import java.util.Collection;
import java.util.List;

import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;

/** Subscriptions of which it is counted how many were given to who asked. */
final class CountedIndex implements SubscriptionIndex {

	private final SubscriptionIndex index = new MemorySubscriptionIndex();

	private int given;

	/** How many subscriptions were given since this was asked. */
	synchronized int given() {
		int given = this.given;
		this.given = 0;
		return given;
	}

	private synchronized void given(int count) {
		this.given += count;
	}

	@Override
	public void add(Subscription subscription) {
		this.index.add(subscription);
	}

	@Override
	public void remove(Subscription subscription) {
		this.index.remove(subscription);
	}

	@Override
	public Matches match(Topic topic) {
		Matches matches = this.index.match(topic);
		given(count(matches.own()) + count(matches.groups()));
		return matches;
	}

	private static int count(Collection<Subscription[]> arrays) {
		return arrays.stream().mapToInt((array) -> array.length).sum();
	}

	@Override
	public List<Subscription> match(Topic topic, Session session) {
		List<Subscription> found = this.index.match(topic, session);
		given(found.size());
		return found;
	}

	@Override
	public Subscription[] group(ShareableFilter filter) {
		Subscription[] group = this.index.group(filter);
		given(group.length);
		return group;
	}

}
