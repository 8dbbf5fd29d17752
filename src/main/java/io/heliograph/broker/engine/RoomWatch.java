package io.heliograph.broker.engine;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The queues of groups that wait until a session can take one copy more. Thread-safe. */
final class RoomWatch {

	private final Set<GroupQueue> waiting = Collections.newSetFromMap(new IdentityHashMap<>(0));

	private volatile boolean empty = true;

	synchronized void add(GroupQueue queue) {
		this.waiting.add(queue);
		this.empty = false;
	}

	synchronized void remove(GroupQueue queue) {
		this.waiting.remove(queue);
		this.empty = this.waiting.isEmpty();
	}

	/** The session has one copy less. Does not block. */
	void freed() {
		if (!this.empty) {
			waiting().forEach(GroupQueue::roomFreed);
		}
	}

	private synchronized List<GroupQueue> waiting() {
		return List.copyOf(this.waiting);
	}

}
