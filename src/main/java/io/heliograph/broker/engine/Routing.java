package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import io.heliograph.account.AccessControl;
import io.heliograph.broker.Audience;
import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.engine.SubscriptionIndex.Matches;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to those that it is for. Where nothing of it is to be stored it is
 * delivered at once, else on the thread of the journal.
 */
final class Routing {

	private final SharedMessage shared;

	private final AccessControl access;

	private final Drops drops;

	private final GroupQueues groupQueues;

	/** Whom it is for, and their copies in the same places. */
	private final List<Session> sessions = new ArrayList<>(1);

	private final List<Copy> copies = new ArrayList<>(1);

	/** Groups one of whose members it is for. */
	private final List<Group> groups = new ArrayList<>(0);

	/** Those among whom it is for that have no subscription that matches. */
	private final List<ClientId> unmatched = new ArrayList<>(0);

	/** Whether those are waited for. */
	private final boolean hold;

	/** How many copies are stored, at most. */
	private int stored;

	/** How many sessions and groups get it. */
	private int taken;

	/** How many deliveries it has in the ledger. */
	private int deliveries;

	private boolean refused;

	Routing(SharedMessage shared, Matches matches, AccessControl access, Drops drops, GroupQueues groupQueues) {
		this.groupQueues = groupQueues;
		this.shared = shared;
		this.access = access;
		this.drops = drops;
		Notification notification = shared.notification();
		if (notification != null && notification.audience() instanceof Audience.Only only) {
			this.hold = only.hold();
			addOverlapping(matches, only.clients());
			Set<ClientId> matched = new HashSet<>();
			this.sessions.forEach((session) -> matched.add(session.id()));
			only.clients().stream().filter((client) -> !matched.contains(client)).forEach(this.unmatched::add);
			return;
		}
		this.hold = false;
		if (matches.own().size() == 1) {
			for (Subscription subscription : matches.own().get(0)) {
				if (!isOwn(subscription, shared.message())) {
					add(subscription.session(), copy(subscription, shared));
				}
			}
		}
		else if (!matches.own().isEmpty()) {
			addOverlapping(matches, null);
		}
		matches.groups().forEach(this::add);
	}

	/**
	 * A session with several subscriptions that match gets one copy, with the best of
	 * them.
	 * @param only the clients that it is for, or null for all
	 */
	private void addOverlapping(Matches matches, @Nullable Set<ClientId> only) {
		Map<Session, Overlap> bySession = new LinkedHashMap<>();
		for (Subscription[] subscriptions : matches.own()) {
			for (Subscription subscription : subscriptions) {
				boolean wanted = only == null || only.contains(subscription.session().id());
				if (wanted && !isOwn(subscription, this.shared.message())) {
					bySession.computeIfAbsent(subscription.session(), (session) -> new Overlap())
						.add(subscription.options());
				}
			}
		}
		bySession.forEach((session, overlap) -> add(session, overlap.copy(this.shared)));
	}

	private void add(Session session, Copy copy) {
		this.sessions.add(session);
		this.copies.add(copy);
		this.stored += session.stores(copy) ? 1 : 0;
	}

	private void add(Subscription[] members) {
		ShareableFilter filter = members[0].filter();
		boolean isStored = this.groupQueues.has(members, filter, this.shared.message().qos());
		this.groups.add(new Group(filter, members, isStored));
		this.stored += isStored ? 1 : 0;
	}

	/** Whether anything of it is to be stored. */
	boolean writes() {
		return this.stored > 0 || this.shared.message().retain();
	}

	/** It is not taken. */
	void refuse() {
		this.refused = true;
	}

	/** What is not stored is on its way at once. */
	void deliver() {
		for (int i = 0; i < this.sessions.size(); i++) {
			if (!isStored(i)) {
				noted(this.sessions.get(i).outbound.offer(this.copies.get(i)));
			}
		}
		for (Group group : this.groups) {
			if (!group.isStored()) {
				deliver(group, new GroupDelivery(this.shared, null, this.access, this.drops));
			}
		}
	}

	private void deliver(Group group, GroupDelivery delivery) {
		boolean taken = group.isStored() ? delivery.deliverToOne(group.filter(), group.members(), this.groupQueues)
				: delivery.deliverToOne(group.members());
		this.taken += taken ? 1 : 0;
	}

	private boolean isStored(int i) {
		return this.sessions.get(i).stores(this.copies.get(i));
	}

	/** Stores what is to be. On the thread of the journal, as the one below. */
	void store(Batch batch, Deliveries deliveries, StoredQueues queues) {
		if (this.refused) {
			return;
		}
		storeRetained(batch);
		Target target = new Target(batch, this.stored == 1, deliveries, queues.ledger());
		for (int i = 0; i < this.sessions.size(); i++) {
			if (isStored(i)) {
				noted(this.sessions.get(i).take(target, this.copies.get(i)));
			}
		}
		for (Group group : this.groups) {
			if (group.isStored()) {
				deliver(group, new GroupDelivery(this.shared, target, this.access, this.drops));
			}
		}
	}

	/** Delivers and stores what is of a notification, with its ledger. */
	Outcome storeAll(Batch batch, Deliveries deliveries, StoredQueues queues) {
		storeRetained(batch);
		Target target = new Target(batch, false, deliveries, queues.ledger());
		for (int i = 0; i < this.sessions.size(); i++) {
			Session session = this.sessions.get(i);
			Copy copy = this.copies.get(i);
			number(copy, DeliveryKey.of(this.shared.message().id(), session.id()));
			supersede(batch, session.id(), queues);
			noted(session.take(target, copy));
		}
		for (Group group : this.groups) {
			storeAll(group, target);
		}
		for (ClientId client : this.unmatched) {
			supersede(batch, client, queues);
			storeUnmatched(batch, client, queues);
		}
		return outcome();
	}

	private void supersede(Batch batch, ClientId client, StoredQueues queues) {
		Notification notification = this.shared.notification();
		if (notification != null && notification.collapseKey() != null) {
			queues.endings().supersede(batch, client, notification.collapseKey(), this.shared.message().id());
		}
	}

	private void storeRetained(Batch batch) {
		Message message = this.shared.message();
		if (message.retain() && message.payload().length == 0) {
			batch.delete(Families.RETAINED, MessageRow.retainedKey(message.topic()));
		}
		else if (message.retain()) {
			batch.put(Families.RETAINED, MessageRow.retainedKey(message.topic()), MessageRow.value(message));
		}
	}

	private void number(Copy copy, DeliveryKey key) {
		copy.delivery = key;
		copy.number = this.deliveries++;
		copy.hold = this.hold;
	}

	private void storeAll(Group group, Target target) {
		GroupDelivery delivery = new GroupDelivery(this.shared, target, this.access, this.drops);
		ShareableFilter filter = group.filter();
		Copy model = new Copy(this.shared, this.shared.message().qos(), false, Copy.ids(0), filter);
		number(model, DeliveryKey.of(this.shared.message().id(), filter));
		delivery.inTheLedger(model);
		deliver(group, delivery);
	}

	private void storeUnmatched(Batch batch, ClientId client, StoredQueues queues) {
		Message message = this.shared.message();
		DeliveryKey key = DeliveryKey.of(message.id(), client);
		int number = this.deliveries++;
		if (this.hold && queues.held().hasRoomFor(client)) {
			queues.ledger().held(batch, key, number, message.qos(), client);
			queues.held().add(batch, client, message.id());
			return;
		}
		Copy copy = new Copy(this.shared, message.qos(), false, Copy.ids(0), null);
		copy.delivery = key;
		copy.number = number;
		queues.ledger().over(batch, copy, this.hold ? Ending.of(Drop.QUEUE_FULL) : queues.unmatched(client), client);
	}

	/** A session that has ended may be in the index still. */
	private void noted(@Nullable Drop drop) {
		if (drop == Drop.SESSION_ENDED) {
			return;
		}
		this.taken++;
		if (drop != null) {
			this.drops.count(drop);
		}
	}

	Outcome outcome() {
		return this.refused ? new Outcome.Refused() : new Outcome.Routed(this.taken);
	}

	static Copy copy(Subscription subscription, SharedMessage shared) {
		SubscriptionOptions options = subscription.options();
		ShareableFilter filter = subscription.filter();
		return new Copy(shared, qos(subscription, shared), shared.message().retain() && options.retainAsPublished(),
				Copy.ids(options.identifier()), (filter.group() != null) ? filter : null);
	}

	static Qos qos(Subscription subscription, SharedMessage shared) {
		return shared.message().qos().min(subscription.options().qos());
	}

	static boolean isOwn(Subscription subscription, Message message) {
		return subscription.options().noLocal() && subscription.session().id().equals(message.publisher());
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

	/** What several subscriptions of a session come to together. */
	private static final class Overlap {

		private final IntStream.Builder identifiers = IntStream.builder();

		private Qos qos = Qos.AT_MOST_ONCE;

		private boolean retainAsPublished;

		void add(SubscriptionOptions options) {
			this.qos = this.qos.max(options.qos());
			this.retainAsPublished |= options.retainAsPublished();
			if (options.identifier() != 0) {
				this.identifiers.add(options.identifier());
			}
		}

		Copy copy(SharedMessage shared) {
			Message message = shared.message();
			return new Copy(shared, message.qos().min(this.qos), message.retain() && this.retainAsPublished,
					this.identifiers.build().toArray(), null);
		}

	}

}
