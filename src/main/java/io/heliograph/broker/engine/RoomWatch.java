package io.heliograph.broker.engine;

import java.util.LinkedHashMap;
import java.util.Map;

import io.heliograph.broker.store.Batch;
import org.jspecify.annotations.Nullable;

/**
 * The queues of groups that wait until a session can take one copy more. Each has its
 * turn, and only as many are woken as there is room for. Thread-safe.
 */
final class RoomWatch implements Change {

	/** How many queues are asked before other changes have their turn. */
	private static final int PORTION = 16;

	/** In the order of their turns, each with what the session is in its group. */
	private final Map<GroupQueue, Subscription> waiting = new LinkedHashMap<>(0);

	private volatile boolean empty = true;

	/** Whether a change is on its way that wakes them. */
	private boolean waking;

	/** A queue waits, behind the others. */
	synchronized void add(GroupQueue queue, Subscription member) {
		this.waiting.remove(queue);
		this.waiting.put(queue, member);
		this.empty = false;
	}

	synchronized void remove(GroupQueue queue) {
		this.waiting.remove(queue);
		this.empty = this.waiting.isEmpty();
	}

	/** The session has one copy less. Does not block. */
	void freed() {
		if (!this.empty) {
			wake();
		}
	}

	private synchronized void wake() {
		if (!this.waking && !this.waiting.isEmpty()) {
			this.waking = true;
			this.waiting.keySet().iterator().next().journal().readAndWrite(this);
		}
	}

	@Override
	public Runnable apply(Batch batch) {
		synchronized (this) {
			this.waking = false;
		}
		Deliveries deliveries = new Deliveries();
		for (int i = 0; i < PORTION; i++) {
			Map.Entry<GroupQueue, Subscription> first = first();
			if (first == null || !first.getValue().session().hasRoom()) {
				return deliveries;
			}
			// before anything can fail
			add(first.getKey(), first.getValue());
			first.getKey().roomFreed(batch, first.getValue(), deliveries);
		}
		freed();
		return deliveries;
	}

	/** Returns whose turn it is, or null if nobody waits. */
	private synchronized Map.@Nullable Entry<GroupQueue, Subscription> first() {
		return this.waiting.isEmpty() ? null
				: Map.entry(this.waiting.keySet().iterator().next(), this.waiting.values().iterator().next());
	}

}
