package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.broker.Outcome;
import io.heliograph.broker.engine.SubscriptionIndex.Matches;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * A message that is of no notification, on its way to those that it is for. What is not
 * stored of it is delivered at once, the rest on the thread of the journal.
 */
final class Routing {

	private final SharedMessage shared;

	private final Recipients recipients;

	private final Drops drops;

	private final GroupQueues groupQueues;

	/** Groups one of whose members it is for. */
	private final List<Group> groups = new ArrayList<>(0);

	/** How many copies are stored, at most. */
	private int stored;

	/** How many sessions and groups get it. */
	private int taken;

	private boolean refused;

	Routing(SharedMessage shared, Matches matches, Drops drops, GroupQueues groupQueues) {
		this.shared = shared;
		this.recipients = new Recipients(shared, matches.own());
		this.drops = drops;
		this.groupQueues = groupQueues;
		this.stored = this.recipients.stored();
		matches.groups().forEach(this::add);
	}

	private void add(Subscription[] members) {
		ShareableFilter filter = members[0].filter();
		boolean isStored = this.groupQueues.has(members, filter, this.shared.message().qos());
		this.groups.add(new Group(filter, members, isStored));
		this.stored += isStored ? 1 : 0;
	}

	SharedMessage shared() {
		return this.shared;
	}

	/** Whether it is taken. */
	boolean taken() {
		return !this.refused;
	}

	/** Whether anything of it is to be stored. */
	boolean writes() {
		return this.stored > 0 || this.shared.message().retain();
	}

	/** It is not taken. */
	void refuse() {
		this.refused = true;
	}

	/** What is stored of it waits for the thread of the journal from here on. */
	void waits() {
		for (Group group : this.groups) {
			if (group.isStored()) {
				this.groupQueues.coming(group.filter());
			}
		}
	}

	/** What is not stored is on its way at once. */
	void deliver() {
		this.recipients.forEach((session, qos) -> !session.stores(qos),
				(session, copy) -> noted(session.outbound.offer(copy)));
		for (Group group : this.groups) {
			if (!group.isStored()) {
				deliver(group, new GroupDelivery(this.shared, null, this.drops));
			}
		}
	}

	private void deliver(Group group, GroupDelivery delivery) {
		boolean taken = group.isStored() ? delivery.deliverToOne(group.filter(), group.members(), this.groupQueues)
				: delivery.deliverToOne(group.members());
		this.taken += taken ? 1 : 0;
	}

	/** Stores the copies that are to be, if it is taken. On the thread of the journal. */
	void store(Batch batch, Deliveries deliveries, LedgerWriter ledger) {
		if (this.refused || this.stored == 0) {
			return;
		}
		Target target = new Target(batch, this.stored == 1, deliveries, ledger);
		this.recipients.forEach(Session::stores, (session, copy) -> noted(session.take(target, copy)));
		for (Group group : this.groups) {
			if (group.isStored()) {
				deliver(group, new GroupDelivery(this.shared, target, this.drops));
				this.groupQueues.arrived(group.filter());
			}
		}
	}

	/** A session that has ended may be in the index still. */
	private void noted(@Nullable Drop drop) {
		this.taken += (drop != Drop.SESSION_ENDED) ? 1 : 0;
		this.drops.countRefusal(drop);
	}

	Outcome outcome() {
		return this.refused ? new Outcome.Refused() : new Outcome.Routed(this.taken);
	}

	/**
	 * A group that it matches.
	 *
	 * @param filter what its members are subscribed to
	 * @param members there are some
	 * @param isStored whether its copy is stored
	 */
	private record Group(ShareableFilter filter, Subscription[] members, boolean isStored) {
	}

}
