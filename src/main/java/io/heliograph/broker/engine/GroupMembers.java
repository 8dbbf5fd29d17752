package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

import io.heliograph.mqtt.Qos;

/**
 * The members of a group whose sessions have not ended, by what they can take at this
 * moment. Looks at no more of them than it is asked for. On the thread of the journal.
 */
final class GroupMembers {

	private final Subscription[] group;

	/** Where it begins: each member has its turn. */
	private final int start;

	/** How many were looked at. */
	private int seen;

	/** Those that can take one more. */
	private final List<Subscription> free = new ArrayList<>(1);

	/** Those that are connected and have no room. */
	private final List<Subscription> full = new ArrayList<>(0);

	/** Those that are not connected. */
	private final List<Subscription> away = new ArrayList<>(0);

	GroupMembers(Subscription[] group) {
		this.group = group;
		this.start = (group.length > 0) ? ThreadLocalRandom.current().nextInt(group.length) : 0;
	}

	/** Looks at one more; returns whether there was one. */
	private boolean look() {
		if (this.seen == this.group.length) {
			return false;
		}
		Subscription member = this.group[(this.start + this.seen++) % this.group.length];
		Session session = member.session();
		if (!session.outbound.ended()) {
			like(member).add(member);
		}
		return true;
	}

	private List<Subscription> like(Subscription member) {
		if (!member.session().connected()) {
			return this.away;
		}
		return hasRoom(member) ? this.free : this.full;
	}

	private static boolean hasRoom(Subscription member) {
		return member.options().qos() == Qos.AT_MOST_ONCE || member.session().hasRoom();
	}

	/**
	 * Offers something to those that have room, one after the other.
	 * @param taker gives it to one; returns whether that takes it
	 * @return whether one took it
	 */
	boolean offer(Predicate<Subscription> taker) {
		int before = this.free.size();
		int asked = before;
		while (look()) {
			if (this.free.size() > asked && takes(asked++, taker)) {
				return true;
			}
		}
		for (int i = 0; i < before; i++) {
			if (takes(i, taker)) {
				return true;
			}
		}
		return false;
	}

	private boolean takes(int i, Predicate<Subscription> taker) {
		Subscription member = this.free.get(i);
		if (!taker.test(member)) {
			return false;
		}
		this.free.remove(i);
		// behind the others, whose turn it is
		(hasRoom(member) ? this.free : this.full).add(member);
		return true;
	}

	/** Whether any has room. */
	boolean anyFree() {
		while (this.free.isEmpty() && look()) {
			// the next one
		}
		return !this.free.isEmpty();
	}

	List<Subscription> free() {
		lookAtAll();
		return this.free;
	}

	List<Subscription> full() {
		lookAtAll();
		return this.full;
	}

	List<Subscription> away() {
		lookAtAll();
		return this.away;
	}

	/** Whether there is none. */
	boolean none() {
		lookAtAll();
		return this.free.isEmpty() && this.full.isEmpty() && this.away.isEmpty();
	}

	private void lookAtAll() {
		while (look()) {
			// the next one
		}
	}

}
