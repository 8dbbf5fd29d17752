package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/** A message that is offered to the members of a group, one after the other. */
final class GroupDelivery {

	private final SharedMessage shared;

	private final @Nullable Target target;

	private final Drops drops;

	/** What the ledger has of it, or null if it is not in it. */
	private @Nullable Copy model;

	/** What waits, or null if it is new. */
	private GroupQueue.@Nullable Entry waiting;

	/** Why the last one who may read it cannot have it. */
	private @Nullable Drop drop;

	/** Whether the one who took it has it while it stays in the queue of the group. */
	private boolean lent;

	/**
	 * @param target where it is written what becomes of it, on the thread of the journal;
	 * null if nothing of that is stored
	 */
	GroupDelivery(SharedMessage shared, @Nullable Target target, Drops drops) {
		this.shared = shared;
		this.target = target;
		this.drops = drops;
	}

	/**
	 * It is in the ledger.
	 * @param model has its key and number, and what the ledger has of it so far
	 */
	void inTheLedger(Copy model) {
		this.model = model;
	}

	/**
	 * Gives a copy to one of a group that may read the topic and is connected, where
	 * nothing of it waits.
	 * @return whether there is a member who may read it
	 */
	boolean deliverToOne(Subscription[] group) {
		int start = (group.length > 0) ? ThreadLocalRandom.current().nextInt(group.length) : 0;
		List<Subscription> away = new ArrayList<>(0);
		for (int i = 0; i < group.length; i++) {
			Subscription member = group[(start + i) % group.length];
			if (!member.session().connected()) {
				away.add(member);
			}
			else if (endsWith(member, null)) {
				return true;
			}
		}
		return isOver(away);
	}

	/**
	 * Gives a copy to one of a group that may read the topic, and in its queue to have
	 * one later if the group has a queue. On the thread of the journal.
	 * @return whether there is a member who may read it
	 */
	boolean deliverToOne(ShareableFilter filter, Subscription[] group, GroupQueues queues) {
		if (!queues.has(group, filter, this.shared.message().qos())) {
			return deliverToOne(group);
		}
		GroupQueue queue = queues.get(filter);
		boolean waits = queue.waits(group);
		GroupMembers members = waits ? queue.members() : new GroupMembers(group);
		if (!waits && members.offer((member) -> endsWith(member, queue))) {
			return true;
		}
		boolean forRoom = isForOneOf(members.full(), this::mayBeReadBy)
				|| (waits && isForOneOf(members.free(), this::mayBeReadBy));
		if (forRoom || isForOneOf(members.away(), this::isFor)) {
			this.drop = queue.add(target(), waiting(filter), members, forRoom);
			if (this.drop == null) {
				return true;
			}
		}
		return isOver(members.away());
	}

	/** Gives a copy that waits to one who may read the topic and has room. */
	Result deliverWaiting(GroupQueue queue, GroupQueue.Entry waiting, GroupMembers members) {
		this.waiting = waiting;
		if (members.offer((member) -> endsWith(member, queue))) {
			return this.lent ? Result.LENT : Result.MOVED;
		}
		if (isForOneOf(members.full(), this::mayBeReadBy)) {
			return Result.WAITS_FOR_ROOM;
		}
		return isForOneOf(members.away(), this::isFor) ? Result.WAITS_FOR_OTHERS : Result.NOBODY;
	}

	/** Why nobody can have what waited. */
	Drop why(GroupMembers members) {
		noteQos0(members.away());
		if (this.drop != null) {
			return this.drop;
		}
		return members.none() ? Drop.SESSION_ENDED : Drop.DENIED;
	}

	private Target target() {
		if (this.target == null) {
			throw new IllegalStateException("nothing of it is stored");
		}
		return this.target;
	}

	private Copy waiting(ShareableFilter filter) {
		Copy copy = new Copy(this.shared, this.shared.message().qos(), this.shared.message().retain(), Copy.ids(0),
				filter);
		noteLedger(copy);
		return copy;
	}

	private void noteLedger(Copy copy) {
		if (this.model != null) {
			copy.delivery = this.model.delivery;
			copy.number = this.model.number;
			copy.before = this.model.before;
		}
	}

	/** Whether a member may have it later. */
	private static boolean isForOneOf(Collection<Subscription> members, Predicate<Subscription> isFor) {
		for (Subscription member : members) {
			if (isFor.test(member)) {
				return true;
			}
		}
		return false;
	}

	/** Whether a member may have it when it waits. */
	boolean isFor(Subscription member) {
		return Recipients.qos(member, this.shared) != Qos.AT_MOST_ONCE && mayBeReadBy(member);
	}

	/**
	 * Whether one that is connected may have it, with QoS 0, too, when it is its turn.
	 */
	private boolean mayBeReadBy(Subscription member) {
		return !member.session().outbound.ended() && mayRead(member.session());
	}

	/** Nobody has it; returns whether anybody may read it. */
	private boolean isOver(List<Subscription> away) {
		noteQos0(away);
		if (this.drop == null) {
			return false;
		}
		this.drops.count(this.drop);
		if (this.model != null && this.target != null) {
			this.target.ledger().over(this.target.batch(), this.model, Ending.of(this.drop), null);
		}
		return true;
	}

	/** What is for one with QoS 0 does not wait. */
	private void noteQos0(List<Subscription> away) {
		for (Subscription member : away) {
			// to ask the rules costs most, and what is to be counted may be known
			if (this.drop == null && !member.session().outbound.ended()
					&& Recipients.qos(member, this.shared) == Qos.AT_MOST_ONCE && mayRead(member.session())) {
				this.drop = Drop.OFFLINE;
			}
		}
	}

	/**
	 * Returns whether this one takes it.
	 * @param queue that of the group, or null if it has none
	 */
	private boolean endsWith(Subscription member, @Nullable GroupQueue queue) {
		Session session = member.session();
		if (session.outbound.ended() || !mayRead(session)) {
			return false;
		}
		Copy copy = Recipients.copy(member, this.shared);
		noteLedger(copy);
		Link link = session.outbound.link();
		Drop refusal = (link == null || link.takes(copy)) ? offer(session, copy, queue) : Drop.TOO_LARGE;
		if (refusal != null && refusal != Drop.SESSION_ENDED) {
			this.drop = refusal;
		}
		return refusal == null;
	}

	private @Nullable Drop offer(Session session, Copy copy, @Nullable GroupQueue queue) {
		if (this.target == null) {
			return session.outbound.offer(copy);
		}
		this.lent = queue != null && session.queue == null && copy.qos != Qos.AT_MOST_ONCE;
		return (queue != null && this.lent) ? queue.lend(this.target, copy, session, this.waiting)
				: session.takeOfGroup(this.target, copy);
	}

	private boolean mayRead(Session session) {
		return session.mayRead(this.shared.message().topic());
	}

	/** What has become of a copy that waited. */
	enum Result {

		/** A member has it, and it is not in the queue of the group any more. */
		MOVED,

		/** A member has it, and it stays in the queue of the group. */
		LENT,

		/** A member who is connected may have it when that has room. */
		WAITS_FOR_ROOM,

		/** One who is away may have it. */
		WAITS_FOR_OTHERS,

		/** No member may have it. */
		NOBODY

	}

}
