package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a member of a group: copies of QoS 1 and 2, from the first kept session
 * among the members on. A copy moves to the queue of a member that is stored; to one that
 * is not it is lent, and stays here until it is acknowledged. The journal's, but where it
 * says so.
 */
final class GroupQueue {

	/** How many copies are looked at before other changes have their turn. */
	private static final int PORTION = 16;

	private final StoredQueues queues;

	private final ShareableFilter filter;

	private final QueueRows rows;

	private final Map<Priority, Lane> lanes = new EnumMap<>(Priority.class);

	private final Map<QueuePlace, Loan> lent = new HashMap<>();

	/** Those that are to tell when they have room. */
	private final Set<RoomWatch> watched = new HashSet<>();

	/** Whether a copy was passed over which a member may have that has no room. */
	private volatile boolean passedForRoom;

	private final AtomicBoolean proceeding = new AtomicBoolean();

	/** Whether what was passed over may have a taker now. */
	private volatile boolean again;

	GroupQueue(StoredQueues queues, ShareableFilter filter, long number) {
		this.queues = queues;
		this.filter = filter;
		this.rows = new QueueRows(queues, number, null);
		for (Priority priority : Priority.values()) {
			this.lanes.put(priority, new Lane(priority));
		}
	}

	ShareableFilter filter() {
		return this.filter;
	}

	/** What its rows begin with. */
	long number() {
		return this.rows.number();
	}

	/** How many copies are here, with those that are lent. Any thread. */
	int size() {
		return this.rows.size();
	}

	private Lane lane(Priority priority) {
		Lane lane = this.lanes.get(priority);
		if (lane == null) {
			throw new IllegalStateException("no lane " + priority);
		}
		return lane;
	}

	/** There was a copy in the store when the server started. */
	void recovered(QueuePlace place, QueuedRow row) {
		lane(place.priority()).next = place.sequence() + 1;
		this.rows.recovered(row);
		this.again = true;
	}

	/**
	 * Whether there are copies that nobody has been asked to take, or that wait for room:
	 * others come behind them.
	 */
	boolean waits() {
		return this.passedForRoom || this.lanes.values().stream().anyMatch(Lane::hasMore);
	}

	/**
	 * Adds a copy, which no member takes now. Returns null, or why it cannot wait, which
	 * is not counted.
	 * @param forRoom whether a member may have it as soon as that has room
	 */
	@Nullable Drop add(Target target, Copy copy, GroupMembers members, boolean forRoom) {
		if (isFullFor(copy) && !makeRoom(target.batch(), copy)) {
			return Drop.QUEUE_FULL;
		}
		boolean waited = waits();
		put(target, copy, null);
		if (!waited) {
			lane(copy.priority()).passAll();
			this.passedForRoom = forRoom;
		}
		else if (!members.free().isEmpty()) {
			proceed();
		}
		if (this.passedForRoom) {
			watch(members);
		}
		return null;
	}

	private QueuePlace put(Target target, Copy copy, @Nullable Session holder) {
		Lane lane = lane(copy.priority());
		QueuePlace place = lane.place(lane.next++);
		this.queues.groups().opened(this);
		this.rows.put(target.batch(), place, copy, target.alone(), (holder != null) ? holder.id() : null);
		return place;
	}

	private boolean isFullFor(Copy copy) {
		return this.rows.isFullFor(copy, this.lent.size());
	}

	private boolean makeRoom(Batch batch, Copy copy) {
		if (this.queues.settings().queueFull() != SessionSettings.QueueFull.DROP_OLDEST) {
			return false;
		}
		for (Priority priority : new Priority[] { Priority.NORMAL, Priority.HIGH }) {
			for (Entry oldest : entries(lane(priority), lane(priority).first, 1)) {
				end(batch, oldest, Drop.QUEUE_FULL);
			}
			if (!isFullFor(copy)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Gives a copy to a member whose session is not stored. Returns null, or why that
	 * cannot have it, which is not counted.
	 * @param place where it waits, or null if it is new
	 */
	@Nullable Drop lend(Target target, Copy copy, Session member, @Nullable QueuePlace place) {
		Lane lane = lane(copy.priority());
		Loan loan = new Loan(this, (place != null) ? place : lane.place(lane.next), member);
		copy.loan = loan;
		Drop drop = member.outbound.offer(copy);
		if (drop != null) {
			return drop;
		}
		if (place == null) {
			boolean waited = waits();
			put(target, copy, member);
			if (!waited) {
				lane.passAll();
			}
		}
		else if (copy.delivery != null) {
			target.ledger().queued(target.batch(), copy, place, member.id());
		}
		this.lent.put(loan.place(), loan);
		return null;
	}

	/**
	 * A copy that was lent is done with; returns false if it was before.
	 * @param ending what becomes of its delivery, or null if another has it from here on
	 */
	boolean remove(Batch batch, Loan loan, Copy copy, @Nullable Ending ending) {
		if (this.lent.remove(loan.place()) == null) {
			return false;
		}
		this.rows.delete(batch, loan.place(), copy);
		if (ending != null && copy.delivery != null) {
			this.queues.ledger().ended(batch, copy.delivery, copy.number, copy.qos, ending, loan.borrower().id());
		}
		closeIfEmpty();
		return true;
	}

	/** The session that a copy was lent to has ended: it is others' turn. */
	void takeBack(Batch batch, Loan loan, Copy copy) {
		if (this.lent.remove(loan.place()) == null) {
			return;
		}
		if (copy.delivery != null) {
			this.queues.ledger().queued(batch, copy, loan.place(), null);
		}
		Lane lane = lane(loan.place().priority());
		lane.first = Math.min(lane.first, loan.place().sequence());
		lane.from = Math.min(lane.from, loan.place().sequence());
		proceed();
	}

	/**
	 * Removes what is at a place, if it is not sent. It must see in the store what was
	 * done before.
	 * @param counted what it is counted as, or null for nothing
	 * @return whether it was there, and was not sent
	 */
	boolean revoke(Batch batch, QueuePlace place, @Nullable Drop counted, Ending ending) {
		byte[] value = this.queues.store().get(Families.QUEUE, place.key());
		Loan loan = this.lent.get(place);
		if (value == null || (loan != null && !loan.borrower().outbound.revoke(loan))) {
			return false;
		}
		this.lent.remove(place);
		this.rows.end(batch, place, QueuedRow.read(value), counted, ending);
		closeIfEmpty();
		return true;
	}

	private void end(Batch batch, Entry entry, Drop why) {
		this.rows.end(batch, entry.place(), entry.row(), why, Ending.of(why));
		closeIfEmpty();
	}

	private void closeIfEmpty() {
		if (size() == 0) {
			unwatch();
			this.queues.groups().closed(this);
		}
	}

	/** Members came, or left, or may read other topics. Any thread; does not wait. */
	void membersChanged() {
		this.again = true;
		proceed();
	}

	/** A member may have room. Any thread; does not wait. */
	void roomFreed() {
		if (this.passedForRoom) {
			this.again = true;
		}
		proceed();
	}

	private void proceed() {
		if (this.proceeding.compareAndSet(false, true)) {
			this.queues.journal().readAndWrite((batch) -> {
				this.proceeding.set(false);
				Deliveries deliveries = new Deliveries();
				deliver(batch, deliveries);
				return deliveries;
			});
		}
	}

	private void deliver(Batch batch, Deliveries deliveries) {
		unwatch();
		if (this.again) {
			this.again = false;
			this.passedForRoom = false;
			this.lanes.values().forEach((lane) -> lane.from = lane.first);
		}
		GroupMembers members = this.queues.groups().members(this.filter);
		for (Priority priority : new Priority[] { Priority.HIGH, Priority.NORMAL }) {
			if (!deliver(batch, lane(priority), members, deliveries)) {
				break;
			}
		}
		boolean more = this.lanes.values().stream().anyMatch(Lane::hasMore);
		boolean noRoom = members.free().isEmpty() && !members.full().isEmpty();
		if (this.passedForRoom || (more && noRoom)) {
			watch(members);
		}
		if (more && !noRoom) {
			proceed();
		}
	}

	/** Returns whether all of the lane was looked at. */
	private boolean deliver(Batch batch, Lane lane, GroupMembers members, Deliveries deliveries) {
		if (members.free().isEmpty() && members.full().isEmpty() && !members.none()) {
			lane.passAll();
		}
		if (!lane.hasMore()) {
			return true;
		}
		boolean isFirst = lane.from == lane.first;
		List<Entry> entries = entries(lane, lane.from, PORTION);
		for (Entry entry : entries) {
			if (members.free().isEmpty() && !members.none()) {
				return false;
			}
			if (isFirst) {
				lane.first = entry.place().sequence();
				isFirst = false;
			}
			lane.from = entry.place().sequence() + 1;
			deliver(batch, entry, members, deliveries);
		}
		if (entries.size() < PORTION) {
			lane.passAll();
		}
		return !lane.hasMore();
	}

	private void deliver(Batch batch, Entry entry, GroupMembers members, Deliveries deliveries) {
		QueuedRow row = entry.row();
		Copy copy = this.queues.copy(row, null);
		if (copy == null) {
			// its message was lost: there is nothing to be sent
			this.rows.delete(batch, entry.place(), row);
			closeIfEmpty();
			return;
		}
		Target target = new Target(batch, row.message() != null, deliveries, this.queues.ledger());
		GroupDelivery delivery = new GroupDelivery(copy.shared, target, this.queues.groups().access(),
				this.queues.drops());
		if (copy.delivery != null) {
			delivery.inTheLedger(copy);
		}
		switch (delivery.deliverWaiting(this, entry.place(), members)) {
			case MOVED -> {
				this.rows.delete(batch, entry.place(), row);
				closeIfEmpty();
			}
			case WAITS_FOR_ROOM -> this.passedForRoom = true;
			case NOBODY -> end(batch, entry, delivery.why(members));
			case LENT, WAITS_FOR_OTHERS -> {
			}
		}
	}

	/** Returns the first copies from a number on that are not lent. */
	private List<Entry> entries(Lane lane, long from, int max) {
		List<Entry> entries = new ArrayList<>();
		this.queues.store().scan(Families.QUEUE, QueuePlace.ofLane(number(), lane.priority, from), (key, value) -> {
			QueuePlace place = QueuePlace.ofKey(key);
			if (!this.lent.containsKey(place)) {
				entries.add(new Entry(place, QueuedRow.read(value)));
			}
			return entries.size() < max;
		});
		return entries;
	}

	private void watch(GroupMembers members) {
		for (Subscription member : members.full()) {
			RoomWatch watch = member.session().outbound.room();
			watch.add(this);
			this.watched.add(watch);
			if (member.session().hasRoom()) {
				// since a moment
				roomFreed();
			}
		}
	}

	private void unwatch() {
		this.watched.forEach((watch) -> watch.remove(this));
		this.watched.clear();
	}

	/** The copies of one priority. */
	private final class Lane {

		private final Priority priority;

		/** The number of the next copy that is added. */
		private long next;

		/** There is no copy before this number. */
		private long first;

		/**
		 * The copies before this number are lent, or are for no member who is connected.
		 */
		private long from;

		Lane(Priority priority) {
			this.priority = priority;
		}

		QueuePlace place(long sequence) {
			return new QueuePlace(number(), this.priority, sequence);
		}

		boolean hasMore() {
			return this.from < this.next;
		}

		void passAll() {
			this.from = this.next;
		}

	}

	/** A copy that waits. */
	private record Entry(QueuePlace place, QueuedRow row) {
	}

	/**
	 * A copy that a member has whose session is not stored.
	 *
	 * @param queue where it stays
	 * @param place at which place
	 * @param borrower who has it
	 */
	record Loan(GroupQueue queue, QueuePlace place, Session borrower) {
	}

}
