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

	/** After so many that expired, others have their turn. */
	private static final int PORTION = 1_000;

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
	public void removeExpired(Instant now) {
		boolean more = true;
		while (more) {
			this.lock.writeLock().lock();
			try {
				more = removePortion(now);
			}
			finally {
				this.lock.writeLock().unlock();
			}
		}
	}

	/** Returns whether more have expired. */
	private boolean removePortion(Instant now) {
		for (int removed = 0; removed < PORTION; removed++) {
			if (this.expiring.isEmpty() || !this.expiring.first().expired(now)) {
				return false;
			}
			SharedMessage expired = this.expiring.first();
			this.expiring.remove(expired);
			this.tree.remove(expired.message().topic().levels());
		}
		return true;
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
