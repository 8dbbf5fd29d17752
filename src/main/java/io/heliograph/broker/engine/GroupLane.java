package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.Map;

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

	/** The copies before this number were there when the server started. */
	private long recoveredBefore;

	/** The copies before this number are gone, or lent. */
	long first;

	/**
	 * The copies before this number are lent, or are for no member who could have them.
	 */
	long from;

	/** For members: no copy before this number waits for one. */
	private final Map<Session, Long> ofMember = new HashMap<>(0);

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

	/** There was a copy in the store when the server started, behind those before. */
	void recovered(long sequence) {
		this.next = sequence + 1;
		this.recoveredBefore = this.next;
	}

	/** Whether a copy may have been sent, or lent, by a process that has ended. */
	boolean isRecovered(long sequence) {
		return sequence < this.recoveredBefore;
	}

	/** No copy before this number waits for a member. */
	long from(Session member) {
		return Math.max(this.first, this.ofMember.getOrDefault(member, 0L));
	}

	/** A member was asked about the copies before this number. */
	void asked(Session member, long before) {
		this.ofMember.put(member, before);
	}

	/** Those that were passed over are looked at again. */
	void again() {
		this.ofMember.clear();
		this.from = this.first;
	}

	/** The copies before this number are gone, or lent. */
	void leftBefore(long before) {
		this.first = before;
		this.from = Math.max(this.from, before);
	}

	/** Whether any copy is neither gone nor lent, as far as is known. */
	boolean waits() {
		return this.first < this.next;
	}

	/** The copy of a number is gone, or lent. */
	void left(long sequence) {
		if (this.first == sequence) {
			this.first++;
		}
	}

	/** The copy of a number is not lent any more. */
	void cameBack(long sequence) {
		this.ofMember.clear();
		this.first = Math.min(this.first, sequence);
		this.from = Math.min(this.from, sequence);
	}

}
