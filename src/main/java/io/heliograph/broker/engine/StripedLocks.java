package io.heliograph.broker.engine;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

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

	/** Runs an action while it holds the lock of a name. */
	void run(String name, Runnable action) {
		Lock lock = of(name);
		lock.lock();
		try {
			action.run();
		}
		finally {
			lock.unlock();
		}
	}

}
