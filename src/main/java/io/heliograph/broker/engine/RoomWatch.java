package io.heliograph.broker.engine;

import java.util.HashSet;
import java.util.Set;

/**
 * The queues of groups that wait until a session can take one copy more. Changed on the
 * thread of the journal only.
 */
final class RoomWatch {

	private volatile Set<GroupQueue> waiting = Set.of();

	void add(GroupQueue queue) {
		Set<GroupQueue> more = new HashSet<>(this.waiting);
		more.add(queue);
		this.waiting = more;
	}

	void remove(GroupQueue queue) {
		Set<GroupQueue> less = new HashSet<>(this.waiting);
		less.remove(queue);
		this.waiting = less.isEmpty() ? Set.of() : less;
	}

	/** The session has one copy less. Any thread; does not block. */
	void freed() {
		this.waiting.forEach(GroupQueue::roomFreed);
	}

}
