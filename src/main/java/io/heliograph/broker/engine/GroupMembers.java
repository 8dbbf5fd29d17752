package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

import io.heliograph.mqtt.Qos;

/**
 * The members of a group whose sessions have not ended, by what they can take at this
 * moment. Looks at no more of them than it is asked for. One that had room when it was
 * looked at may have none any more, which is seen when it is its turn; that one has room
 * again is to be told. On the thread of the journal.
 */
final class GroupMembers {

	private final Subscription[] group;

	/** Where it begins: each member has its turn. */
	private final int start;

	/** How many were looked at. */
	private int seen;

	/** Those that can take one more. */
	private final List<Subscription> free = new ArrayList<>(1);

	/** Those that are connected and have no room, or are to be told that they have. */
	private final Map<Session, Subscription> full = new LinkedHashMap<>(0);

	/** Those of them that were not told of. */
	private List<Subscription> newlyFull = new ArrayList<>(0);

	/** Those that are not connected. */
	private final List<Subscription> away = new ArrayList<>(0);

	GroupMembers(Subscription[] group) {
		this.group = group;
		this.start = (group.length > 0) ? ThreadLocalRandom.current().nextInt(group.length) : 0;
	}

	/** All of them, as the index had them. */
	Subscription[] group() {
		return this.group;
	}

	/** Looks at one more; returns whether there was one. */
	private boolean look() {
		if (this.seen == this.group.length) {
			return false;
		}
		Subscription member = this.group[(this.start + this.seen++) % this.group.length];
		add(member);
		return true;
	}

	private void add(Subscription member) {
		Session session = member.session();
		if (session.outbound.ended()) {
			return;
		}
		if (session.connected() && hasRoom(member)) {
			this.free.add(member);
		}
		else {
			addFull(member);
		}
	}

	/**
	 * One that had no room when it was asked. It may have some by now, which is for who
	 * watches it to find out: to those that have room it would not have been offered what
	 * was.
	 */
	private void addFull(Subscription member) {
		Session session = member.session();
		if (session.connected()) {
			this.full.put(session, member);
			this.newlyFull.add(member);
		}
		else {
			this.away.add(member);
		}
	}

	/** One that had no room has: it is the first to be asked. */
	void freed(Subscription member) {
		boolean known = this.full.remove(member.session(), member);
		if (known && canTake(member)) {
			this.free.add(0, member);
		}
		else if (known) {
			add(member);
		}
	}

	/**
	 * How many copies those can take by now that had no room when they were asked.
	 * @param nobodyAsked whether the others were not asked either
	 */
	int freePlaces(boolean nobodyAsked) {
		lookAtAll();
		int places = 0;
		for (Session session : this.full.keySet()) {
			places += session.freePlaces();
		}
		if (nobodyAsked) {
			for (Subscription member : this.free) {
				places += member.session().freePlaces();
			}
		}
		return places;
	}

	/** One that has room is passed over until it is freed again. */
	void askLater(Subscription member) {
		if (this.free.remove(member)) {
			this.full.put(member.session(), member);
		}
	}

	/**
	 * Whether others are members by now, or one that was away is not.
	 * @param present the members of this moment
	 */
	boolean changed(Subscription[] present) {
		return present != this.group || away().stream().anyMatch((member) -> member.session().connected());
	}

	/** Those that have no room since this was asked before. Looks at all. */
	List<Subscription> newlyFull() {
		lookAtAll();
		List<Subscription> newly = this.newlyFull;
		this.newlyFull = new ArrayList<>(0);
		return newly;
	}

	/** Whether one is offered things: it had room at each moment since it was freed. */
	boolean isFree(Subscription member) {
		return !this.full.containsKey(member.session()) && canTake(member);
	}

	private static boolean canTake(Subscription member) {
		return member.session().connected() && hasRoom(member);
	}

	private static boolean hasRoom(Subscription member) {
		Session session = member.session();
		return (member.options().qos() == Qos.AT_MOST_ONCE) ? session.begun() : session.hasRoom();
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
		int next = 0;
		for (int i = 0; i < before; i++) {
			if (!canTake(this.free.get(next))) {
				addFull(this.free.remove(next));
			}
			else if (takes(next++, taker)) {
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
		add(member);
		return true;
	}

	/** Whether any has room. */
	boolean anyFree() {
		do {
			while (!this.free.isEmpty()) {
				if (canTake(this.free.get(0))) {
					return true;
				}
				// it was passed over with nothing, so it is free again if it has room
				add(this.free.remove(0));
			}
		}
		while (look());
		return false;
	}

	List<Subscription> free() {
		lookAtAll();
		return this.free;
	}

	Collection<Subscription> full() {
		lookAtAll();
		return this.full.values();
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
