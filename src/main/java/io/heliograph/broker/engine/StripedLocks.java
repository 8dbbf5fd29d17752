package io.heliograph.broker.engine;

import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Locks for names, a few names sharing one: of client ids, or of topics. The locks of two
 * names of one kind are held at once only where they were taken together.
 */
public final class StripedLocks {

	private final Lock[] stripes = new Lock[256];

	StripedLocks() {
		for (int i = 0; i < this.stripes.length; i++) {
			this.stripes[i] = new ReentrantLock();
		}
	}

	/** Returns the lock of a name; it is reentrant. */
	public Lock of(String name) {
		return this.stripes[stripe(name)];
	}

	private int stripe(String name) {
		int hash = name.hashCode();
		return (hash ^ (hash >>> 16)) & (this.stripes.length - 1);
	}

	/**
	 * Does something under the locks of all these names, which are taken in one order by
	 * all.
	 */
	<T extends @Nullable Object> T callAll(List<String> names, Supplier<T> action) {
		int[] stripes = names.stream().mapToInt(this::stripe).sorted().distinct().toArray();
		int held = 0;
		try {
			for (; held < stripes.length; held++) {
				this.stripes[stripes[held]].lock();
			}
			return action.get();
		}
		finally {
			while (held > 0) {
				this.stripes[stripes[--held]].unlock();
			}
		}
	}

	/** Does something under the lock of a name. */
	<T extends @Nullable Object> T call(String name, Supplier<T> action) {
		Lock lock = of(name);
		lock.lock();
		try {
			return action.get();
		}
		finally {
			lock.unlock();
		}
	}

	/** Runs an action under the lock of a name. */
	public void run(String name, Runnable action) {
		call(name, () -> {
			action.run();
			return null;
		});
	}

}
