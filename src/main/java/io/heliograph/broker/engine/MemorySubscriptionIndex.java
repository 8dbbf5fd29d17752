package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/** The subscriptions in a tree of their filters' levels. */
final class MemorySubscriptionIndex implements SubscriptionIndex {

	private static final Subscription[] NONE = {};

	private final TopicTree<Subscribers> tree = new TopicTree<>();

	private final ReadWriteLock lock = new ReentrantReadWriteLock();

	@Override
	public void add(Subscription subscription) {
		ShareableFilter filter = subscription.filter();
		List<String> levels = filter.filter().levels();
		this.lock.writeLock().lock();
		try {
			Subscribers subscribers = this.tree.get(levels);
			if (subscribers == null) {
				subscribers = new Subscribers();
				this.tree.put(levels, subscribers);
			}
			subscribers.membersOrNew(filter.group()).put(subscription);
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Override
	public void remove(Subscription subscription) {
		ShareableFilter filter = subscription.filter();
		List<String> levels = filter.filter().levels();
		this.lock.writeLock().lock();
		try {
			Subscribers subscribers = this.tree.get(levels);
			if (subscribers != null && subscribers.remove(filter.group(), subscription.session())) {
				this.tree.remove(levels);
			}
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Override
	public Matches match(Topic topic) {
		List<Subscription[]> own = new ArrayList<>(2);
		List<Subscription[]> groups = new ArrayList<>(0);
		this.lock.readLock().lock();
		try {
			this.tree.filtersMatching(topic.name(), (subscribers) -> {
				if (subscribers.own != null) {
					own.add(subscribers.own.array());
				}
				subscribers.groups.values().forEach((group) -> groups.add(group.array()));
			});
		}
		finally {
			this.lock.readLock().unlock();
		}
		return new Matches(own, groups);
	}

	@Override
	public List<Subscription> match(Topic topic, Session session) {
		List<Subscription> found = new ArrayList<>(2);
		this.lock.readLock().lock();
		try {
			this.tree.filtersMatching(topic.name(), (subscribers) -> {
				Subscription subscription = (subscribers.own != null) ? subscribers.own.of(session) : null;
				if (subscription != null) {
					found.add(subscription);
				}
			});
		}
		finally {
			this.lock.readLock().unlock();
		}
		return found;
	}

	@Override
	public Subscription[] group(ShareableFilter filter) {
		List<String> levels = filter.filter().levels();
		this.lock.readLock().lock();
		try {
			Subscribers subscribers = this.tree.get(levels);
			Members group = (subscribers != null) ? subscribers.groups.get(filter.group()) : null;
			return (group != null) ? group.array() : NONE;
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	/** Who subscribed to one filter. */
	private static final class Subscribers {

		private @Nullable Members own;

		private Map<String, Members> groups = Map.of();

		Members membersOrNew(@Nullable String group) {
			if (group == null) {
				if (this.own == null) {
					this.own = new Members();
				}
				return this.own;
			}
			if (this.groups.isEmpty()) {
				this.groups = new HashMap<>(2);
			}
			return this.groups.computeIfAbsent(group, (name) -> new Members());
		}

		/** Returns whether nobody is left. */
		boolean remove(@Nullable String group, Session session) {
			Members members = (group == null) ? this.own : this.groups.get(group);
			if (members != null && members.remove(session)) {
				if (group == null) {
					this.own = null;
				}
				else {
					this.groups.remove(group);
				}
			}
			return this.own == null && this.groups.isEmpty();
		}

	}

	/**
	 * Sessions by subscription, with an array of them that is made anew when asked for
	 * after a change.
	 */
	private static final class Members {

		private final Map<Session, Subscription> bySession = new LinkedHashMap<>(2);

		private volatile Subscription @Nullable [] array;

		void put(Subscription subscription) {
			this.bySession.put(subscription.session(), subscription);
			this.array = null;
		}

		boolean remove(Session session) {
			this.bySession.remove(session);
			this.array = null;
			return this.bySession.isEmpty();
		}

		@Nullable Subscription of(Session session) {
			return this.bySession.get(session);
		}

		Subscription[] array() {
			Subscription[] array = this.array;
			if (array == null) {
				array = this.bySession.values().toArray(Subscription[]::new);
				this.array = array;
			}
			return array;
		}

	}

}
