package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Action;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/** A message that is offered to the members of a group, one after the other. */
final class GroupDelivery {

	private final SharedMessage shared;

	private final @Nullable Target target;

	private final AccessControl access;

	private final Drops drops;

	/** What the ledger has of it, or null if it is not in it. */
	private @Nullable Copy model;

	/** Why the last one who may read it cannot have it. */
	private @Nullable Drop drop;

	/**
	 * @param target where its copy is stored if it is to be, on the thread of the
	 * journal; null if no member's session is stored
	 */
	GroupDelivery(SharedMessage shared, @Nullable Target target, AccessControl access, Drops drops) {
		this.shared = shared;
		this.target = target;
		this.access = access;
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
	 * Gives a copy to one of a group that may read the topic: to a connected member if
	 * one takes it, else to one whose session is kept.
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
			else if (endsWith(member)) {
				return true;
			}
		}
		for (Subscription member : away) {
			if (endsWith(member)) {
				return true;
			}
		}
		if (this.drop != null) {
			this.drops.count(this.drop);
			over(this.drop);
		}
		return this.drop != null;
	}

	private void over(Drop drop) {
		if (this.model != null && this.target != null) {
			this.target.ledger().over(this.target.batch(), this.model, Ending.of(drop), null);
		}
	}

	/** Returns whether this one takes it. */
	private boolean endsWith(Subscription member) {
		Session session = member.session();
		if (session.outbound.ended()) {
			return false;
		}
		Link link = session.outbound.link();
		boolean takesNone = link == null && Routing.qos(member, this.shared) == Qos.AT_MOST_ONCE;
		// to ask the rules costs most, and what is to be counted is known
		if ((takesNone && this.drop != null) || !mayRead(session)) {
			return false;
		}
		Copy copy = Routing.copy(member, this.shared);
		Drop refusal = (link == null || link.takes(copy)) ? offer(session, copy) : Drop.TOO_LARGE;
		if (refusal != null && refusal != Drop.SESSION_ENDED) {
			this.drop = refusal;
		}
		return refusal == null;
	}

	private @Nullable Drop offer(Session session, Copy copy) {
		if (this.target == null) {
			return session.outbound.offer(copy);
		}
		if (this.model != null) {
			copy.delivery = this.model.delivery;
			copy.number = this.model.number;
			copy.before = this.model.before;
		}
		return session.takeOfGroup(this.target, copy);
	}

	private boolean mayRead(Session session) {
		return this.access.decide(session.client(), Action.READ, this.shared.message().topic()).allowed();
	}

}
