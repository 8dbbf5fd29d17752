package io.heliograph.broker.engine;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Locks for names, a few names sharing one: of client ids, or of topics. The locks of two
 * names of one kind are never held at once.
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
		int hash = name.hashCode();
		return this.stripes[(hash ^ (hash >>> 16)) & (this.stripes.length - 1)];
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
