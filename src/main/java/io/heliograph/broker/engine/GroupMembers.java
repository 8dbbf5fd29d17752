package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group whose sessions have not ended, by what they can take at this
 * moment. On the thread of the journal.
 */
final class GroupMembers {

	/** Those that can take one more. */
	private final List<Subscription> free = new ArrayList<>();

	/** Those that are connected and have no room. */
	private final List<Subscription> full = new ArrayList<>(0);

	/** Those that are not connected. */
	private final List<Subscription> away = new ArrayList<>(0);

	GroupMembers(Subscription[] group) {
		for (Subscription member : group) {
			Session session = member.session();
			if (session.outbound.ended()) {
				continue;
			}
			if (!session.connected()) {
				this.away.add(member);
			}
			else {
				(hasRoom(member) ? this.free : this.full).add(member);
			}
		}
	}

	private static boolean hasRoom(Subscription member) {
		return member.options().qos() == Qos.AT_MOST_ONCE || member.session().hasRoom();
	}

	/** Returns the one that a taker accepts first, or null if it accepts none. */
	@Nullable Subscription offer(Taker taker) {
		int start = this.free.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(this.free.size());
		for (int i = 0; i < this.free.size(); i++) {
			Subscription member = this.free.get((start + i) % this.free.size());
			if (taker.accepts(member)) {
				if (!hasRoom(member)) {
					this.free.remove(member);
					this.full.add(member);
				}
				return member;
			}
		}
		return null;
	}

	List<Subscription> free() {
		return this.free;
	}

	List<Subscription> full() {
		return this.full;
	}

	List<Subscription> away() {
		return this.away;
	}

	/** Whether there is none. */
	boolean none() {
		return this.free.isEmpty() && this.full.isEmpty() && this.away.isEmpty();
	}

	/** Tries one of them. */
	interface Taker {

		boolean accepts(Subscription member);

	}

}
