package io.heliograph.broker.engine;

import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.QueuePlace;

/**
 * The copies of one priority in a {@link GroupQueue}, and how far they were looked at.
 * The journal's.
 */
final class GroupLane {

	private final long queue;

	private final Priority priority;

	/** The number of the next copy that is added. */
	long next;

	/** The copies before this number are gone, or lent. */
	long first;

	/**
	 * The copies before this number are lent, or are for no member who could have them.
	 */
	long from;

	/**
	 * @param queue the number of the queue
	 */
	GroupLane(long queue, Priority priority) {
		this.queue = queue;
		this.priority = priority;
	}

	QueuePlace place(long sequence) {
		return new QueuePlace(this.queue, this.priority, sequence);
	}

	Priority priority() {
		return this.priority;
	}

	/** Whether there are copies that were not looked at. */
	boolean hasMore() {
		return this.from < this.next;
	}

	void passAll() {
		this.from = this.next;
	}

	/** Those that were passed over are looked at again. */
	void again() {
		this.from = this.first;
	}

	/** The copy of a number is gone, or lent. */
	void left(long sequence) {
		if (this.first == sequence) {
			this.first++;
		}
	}

	/** The copy of a number is not lent any more. */
	void cameBack(long sequence) {
		this.first = Math.min(this.first, sequence);
		this.from = Math.min(this.from, sequence);
	}

}
