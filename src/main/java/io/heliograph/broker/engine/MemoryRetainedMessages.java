package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;

/** The retained messages in a tree of their topics' levels. */
final class MemoryRetainedMessages implements RetainedMessages {

	private final TopicTree<SharedMessage> tree = new TopicTree<>();

	private final ReadWriteLock lock = new ReentrantReadWriteLock();

	@Override
	public void put(SharedMessage message) {
		List<String> levels = message.message().topic().levels();
		this.lock.writeLock().lock();
		try {
			this.tree.put(levels, message);
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Override
	public void clear(Topic topic) {
		List<String> levels = topic.levels();
		this.lock.writeLock().lock();
		try {
			this.tree.remove(levels);
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Override
	public void removeExpired(Instant now) {
		this.lock.writeLock().lock();
		try {
			this.tree.removeIf((message) -> message.expired(now));
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Override
	public List<SharedMessage> matching(TopicFilter filter) {
		List<SharedMessage> found = new ArrayList<>();
		this.lock.readLock().lock();
		try {
			this.tree.topicsMatching(filter.levels(), found::add);
		}
		finally {
			this.lock.readLock().unlock();
		}
		return found;
	}

}
