package io.heliograph.broker.engine;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Serialises what happens to one client id. The locks of two ids are never held at once.
 */
public final class ClientLocks {

	private final Lock[] stripes = new Lock[256];

	ClientLocks() {
		for (int i = 0; i < this.stripes.length; i++) {
			this.stripes[i] = new ReentrantLock();
		}
	}

	/** Returns the lock of a client id; it is reentrant. */
	public Lock of(String clientId) {
		int hash = clientId.hashCode();
		return this.stripes[(hash ^ (hash >>> 16)) & (this.stripes.length - 1)];
	}

}
