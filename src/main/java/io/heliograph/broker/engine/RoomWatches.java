package io.heliograph.broker.engine;

import java.util.HashSet;
import java.util.Set;

/**
 * The members of a group that are to tell its queue when they have room. The journal's.
 */
final class RoomWatches {

	private final GroupQueue queue;

	private final Set<RoomWatch> watched = new HashSet<>(0);

	RoomWatches(GroupQueue queue) {
		this.queue = queue;
	}

	/** All members that have no room tell when they have. Looks at new ones only. */
	void watch(GroupMembers members) {
		for (Subscription member : members.newlyFull()) {
			watch(member);
		}
	}

	/** A member tells when it has room, or at once if it has. */
	void watch(Subscription member) {
		Session session = member.session();
		RoomWatch watch = session.outbound.room();
		this.watched.add(watch);
		watch.add(this.queue, member);
		if (session.hasRoom()) {
			// since a moment
			watch.freed();
		}
	}

	/** A member need not tell any more. */
	void end(Subscription member) {
		RoomWatch watch = member.session().outbound.room();
		this.watched.remove(watch);
		watch.remove(this.queue);
	}

	void endAll() {
		this.watched.forEach((watch) -> watch.remove(this.queue));
		this.watched.clear();
	}

}
