package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/** The retained messages in a tree of their topics' levels. */
final class MemoryRetainedMessages implements RetainedMessages {

	private final TopicTree<SharedMessage> tree = new TopicTree<>();

	/** Those that expire, the first to do so first. */
	private final NavigableSet<SharedMessage> expiring = new TreeSet<>(
			Comparator.comparing(MemoryRetainedMessages::expiry)
				.thenComparing((message) -> message.message().topic().name()));

	private final ReadWriteLock lock = new ReentrantReadWriteLock();

	@Override
	public void put(SharedMessage message) {
		List<String> levels = message.message().topic().levels();
		this.lock.writeLock().lock();
		try {
			forgetExpiry(this.tree.put(levels, message));
			if (message.message().expiresAt() != null) {
				this.expiring.add(message);
			}
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
			forgetExpiry(this.tree.remove(levels));
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	@Override
	public @Nullable SharedMessage get(Topic topic) {
		List<String> levels = topic.levels();
		this.lock.readLock().lock();
		try {
			return this.tree.get(levels);
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	@Override
	public List<SharedMessage> expired(Instant now) {
		List<SharedMessage> expired = new ArrayList<>();
		this.lock.readLock().lock();
		try {
			for (SharedMessage message : this.expiring) {
				if (!message.expired(now)) {
					break;
				}
				expired.add(message);
			}
		}
		finally {
			this.lock.readLock().unlock();
		}
		return expired;
	}

	@Override
	public boolean remove(SharedMessage message) {
		List<String> levels = message.message().topic().levels();
		this.lock.writeLock().lock();
		try {
			SharedMessage present = this.tree.get(levels);
			if (present == null || !present.message().id().equals(message.message().id())) {
				return false;
			}
			this.tree.remove(levels);
			forgetExpiry(message);
			return true;
		}
		finally {
			this.lock.writeLock().unlock();
		}
	}

	/** What was retained, if anything was, is of no concern to the sweep any more. */
	private void forgetExpiry(@Nullable SharedMessage former) {
		if (former != null && former.message().expiresAt() != null) {
			this.expiring.remove(former);
		}
	}

	private static Instant expiry(SharedMessage message) {
		return Objects.requireNonNull(message.message().expiresAt());
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
