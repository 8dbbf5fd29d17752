package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Batch;
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

	private final Map<Priority, GroupLane> lanes = new EnumMap<>(Priority.class);

	private final Map<QueuePlace, Loan> lent = new HashMap<>();

	private long lentBytes;

	/** Those that are to tell when they have room. */
	private final RoomWatches watches = new RoomWatches(this);

	/**
	 * As they were when all were looked at, or null if they are to be looked at anew.
	 * Those of them that have room were asked about what was passed over.
	 */
	private @Nullable GroupMembers members;

	/**
	 * Those that were asked about what was passed over, as the index had them, or null.
	 */
	private Subscription @Nullable [] asked;

	/** Whether a copy was passed over which a member may have that has no room. */
	private boolean passedForRoom;

	private final AtomicBoolean proceeding = new AtomicBoolean();

	/** Whether what was passed over may have a taker now. */
	private volatile boolean again;

	GroupQueue(StoredQueues queues, ShareableFilter filter, long number) {
		this.queues = queues;
		this.filter = filter;
		this.rows = new QueueRows(queues, number);
		for (Priority priority : Priority.values()) {
			this.lanes.put(priority, new GroupLane(number, priority));
		}
	}

	ShareableFilter filter() {
		return this.filter;
	}

	Journal journal() {
		return this.queues.journal();
	}

	/** Its members; they are looked at anew only when that is needed. */
	GroupMembers members() {
		GroupMembers members = this.members;
		if (members == null || this.again) {
			members = this.queues.groups().members(this.filter);
			this.members = members;
		}
		return members;
	}

	/** What its rows begin with. */
	long number() {
		return this.rows.number();
	}

	/** How many copies are here, with those that are lent. Any thread. */
	int size() {
		return this.rows.size();
	}

	private GroupLane lane(Priority priority) {
		GroupLane lane = this.lanes.get(priority);
		if (lane == null) {
			throw new IllegalStateException("no lane " + priority);
		}
		return lane;
	}

	/** There was a copy in the store when the server started. */
	void recovered(QueuePlace place, QueuedRow row) {
		lane(place.priority()).recovered(place.sequence());
		this.rows.recovered(row);
		this.again = true;
	}

	/**
	 * The same where others may be members by now: who has come since is asked first
	 * about what was passed over.
	 * @param group the members for whom something comes
	 */
	boolean waits(Subscription[] group) {
		if (group != this.asked && !this.again && this.lanes.values().stream().anyMatch(GroupLane::waits)) {
			membersChanged();
		}
		return waits();
	}

	/**
	 * Whether there are copies that nobody has been asked to take, or that wait for room
	 * or are to be looked at again: others come behind them.
	 */
	boolean waits() {
		return this.again || this.passedForRoom || this.lanes.values().stream().anyMatch(GroupLane::hasMore);
	}

	/**
	 * Adds a copy, which no member takes now. Returns null, or why it cannot wait, which
	 * is not counted.
	 * @param forRoom whether a member may have it as soon as that has room
	 */
	@Nullable Drop add(Target target, Copy copy, GroupMembers members, boolean forRoom) {
		boolean waited = waits();
		int placeless = placeless(copy, members);
		boolean makesRoom = this.rows.isFullFor(copy, placeless);
		if (makesRoom && !makeRoom(target.batch(), copy, placeless)) {
			return Drop.QUEUE_FULL;
		}
		boolean isNew = size() == 0;
		put(target, copy, null);
		if (isNew || !waited) {
			this.asked = members.group();
		}
		if (!waited) {
			lane(copy.priority()).passAll();
			this.passedForRoom = forRoom;
			// who gets room from here on was not asked about it
			this.members = members;
		}
		if ((isNew && makesRoom) || (!waited && this.queues.groups().changed(this.filter, members))) {
			// while they were looked at: then there was no queue to tell, or nothing in
			// it that waited, or nobody was watched any more
			membersChanged();
		}
		else if (waited && members.anyFree()) {
			proceed();
		}
		if (this.passedForRoom || forRoom) {
			// whoever is known to have no room is watched
			this.watches.watch(members);
		}
		return null;
	}

	private void put(Target target, Copy copy, @Nullable Session holder) {
		GroupLane lane = lane(copy.priority());
		QueuePlace place = lane.place(lane.next++);
		this.queues.groups().opened(this);
		this.rows.put(target.batch(), place, copy, target.alone(), (holder != null) ? holder.id() : null);
	}

	/**
	 * How many copies take no place: those that are lent and, if there would be no room
	 * otherwise, those that members are about to take.
	 */
	private int placeless(Copy copy, GroupMembers members) {
		int lent = this.lent.size();
		return this.rows.isFullFor(copy, lent) ? lent + members.freePlaces(this.again) : lent;
	}

	private boolean makeRoom(Batch batch, Copy copy, int placeless) {
		if (!this.rows.oldestMakesRoom(this.filter, copy, () -> this.lentBytes)) {
			return false;
		}
		for (Priority priority : new Priority[] { Priority.NORMAL, Priority.HIGH }) {
			GroupLane lane = lane(priority);
			scan(lane, lane.first, (entry) -> {
				lane.first = entry.place().sequence() + 1;
				if (!endsWithdrawn(batch, entry)) {
					end(batch, entry, Drop.QUEUE_FULL);
				}
				return this.rows.isFullFor(copy, placeless);
			});
			lane.from = Math.max(lane.from, lane.first);
			if (!this.rows.isFullFor(copy, placeless)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Gives a copy to a member whose session is not stored. Returns null, or why that
	 * cannot have it, which is not counted.
	 * @param waiting what waits, or null if it is new; it counts for what its row does,
	 * and the copy of a member may be larger
	 */
	@Nullable Drop lend(Target target, Copy copy, Session member, @Nullable Entry waiting) {
		GroupLane lane = lane(copy.priority());
		Loan loan = (waiting != null) ? new Loan(this, waiting.place(), member, waiting.row().size())
				: new Loan(this, lane.place(lane.next), member, copy.size());
		copy.loan = loan;
		Drop drop = member.outbound.offer(copy);
		if (drop != null) {
			return drop;
		}
		if (waiting == null) {
			// nothing waits that it would have to come behind
			put(target, copy, member);
			lane.passAll();
			lane.left(loan.place().sequence());
		}
		else {
			copy.alone = target.alone();
			target.ledger().queued(target.batch(), copy, loan.place(), member.id());
		}
		this.lent.put(loan.place(), loan);
		this.lentBytes += loan.size();
		return null;
	}

	/** What was lent is so no more; returns whether anything at this place was. */
	private boolean endLoan(QueuePlace place) {
		Loan loan = this.lent.remove(place);
		this.lentBytes -= (loan != null) ? loan.size() : 0;
		return loan != null;
	}

	/**
	 * A copy that was lent is done with; returns false if it was before.
	 * @param ending what becomes of its delivery, or null if another has it from here on
	 */
	boolean remove(Batch batch, Loan loan, Copy copy, @Nullable Ending ending) {
		if (!endLoan(loan.place())) {
			return false;
		}
		this.rows.delete(batch, loan.place(), copy, loan.size());
		if (ending == null) {
			this.queues.ledger().left(batch, copy, loan.borrower().id());
		}
		else if (copy.delivery != null) {
			this.queues.ledger().ended(batch, copy.delivery, copy.number, copy.qos, ending, loan.borrower().id());
		}
		closeIfEmpty();
		return true;
	}

	/**
	 * The session that a copy was lent to has ended: it is others' turn, if it was not
	 * withdrawn meanwhile.
	 */
	void takeBack(Batch batch, Loan loan, Copy copy) {
		if (!this.lent.containsKey(loan.place())) {
			return;
		}
		if (this.queues.isWithdrawn(copy)) {
			remove(batch, loan, copy, Ending.RECALLED);
			return;
		}
		endLoan(loan.place());
		this.queues.ledger().left(batch, copy, loan.borrower().id());
		this.queues.ledger().queued(batch, copy, loan.place(), null);
		lane(loan.place().priority()).cameBack(loan.place().sequence());
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
		this.rows.end(batch, place, QueuedRow.read(value), counted, ending,
				(loan != null) ? loan.borrower().id() : null);
		endLoan(place);
		closeIfEmpty();
		return true;
	}

	private void end(Batch batch, Entry entry, Drop why) {
		this.rows.end(batch, entry.place(), entry.row(), why, Ending.of(why), null);
		closeIfEmpty();
	}

	private void closeIfEmpty() {
		if (size() == 0) {
			watchNobody();
			this.queues.groups().closed(this);
		}
	}

	/** Members came, or left, or may read other topics. Any thread; does not wait. */
	void membersChanged() {
		this.again = true;
		proceed();
	}

	private void watchNobody() {
		this.watches.endAll();
		this.members = null;
	}

	/**
	 * A member that was full has room: it takes of what waits what it may. It is asked
	 * once about each copy, and others only about those.
	 */
	void roomFreed(Batch batch, Subscription member, Deliveries deliveries) {
		GroupMembers members = this.members;
		if (members == null || this.again || members.group() != this.asked) {
			this.watches.end(member);
			// in a change of its own: this one may have given away what the store has
			// still
			membersChanged();
			return;
		}
		members.freed(member);
		boolean more = takes(batch, lane(Priority.HIGH), member, members, deliveries)
				|| takes(batch, lane(Priority.NORMAL), member, members, deliveries);
		if (this.members != members) {
			// nothing waits any more, or they are to be looked at anew
			return;
		}
		if (this.lanes.values().stream().noneMatch(GroupLane::waits)) {
			this.passedForRoom = false;
			watchNobody();
		}
		else {
			this.watches.end(member);
			this.watches.watch(members);
			if (more) {
				members.askLater(member);
				this.watches.watch(member);
			}
		}
	}

	/** Returns whether there may be more, for which it has no room or others' turn is. */
	private boolean takes(Batch batch, GroupLane lane, Subscription member, GroupMembers members,
			Deliveries deliveries) {
		Session session = member.session();
		int[] left = { PORTION };
		boolean[] noneWaits = { lane.from(session) == lane.first };
		boolean[] stopped = { false };
		scan(lane, lane.from(session), (entry) -> {
			stopped[0] = left[0]-- == 0 || !members.isFree(member);
			if (stopped[0]) {
				return false;
			}
			long behind = entry.place().sequence() + 1;
			GroupDelivery delivery = delivery(batch, entry, deliveries);
			boolean waits = delivery != null && (!delivery.isFor(member) || waitsOn(batch, entry, delivery, members));
			stopped[0] = waits && !members.isFree(member);
			if (stopped[0]) {
				// it was not asked
				return false;
			}
			lane.asked(session, behind);
			noneWaits[0] &= !waits;
			if (noneWaits[0]) {
				lane.leftBefore(behind);
			}
			return true;
		});
		if (!stopped[0] && noneWaits[0]) {
			lane.leftBefore(lane.next);
		}
		return stopped[0];
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
		if (this.again || members().group() != this.asked) {
			this.again = false;
			this.passedForRoom = false;
			this.lanes.values().forEach(GroupLane::again);
			watchNobody();
			this.asked = members().group();
		}
		GroupMembers members = members();
		boolean complete = deliver(batch, lane(Priority.HIGH), members, deliveries)
				&& deliver(batch, lane(Priority.NORMAL), members, deliveries);
		boolean forRoom = !members.anyFree() && !members.full().isEmpty();
		if (this.passedForRoom || (!complete && forRoom)) {
			this.watches.watch(members);
		}
		else if (complete) {
			watchNobody();
		}
		if (!complete && !forRoom) {
			proceed();
		}
	}

	/** Returns whether all of the lane was looked at. */
	private boolean deliver(Batch batch, GroupLane lane, GroupMembers members, Deliveries deliveries) {
		if (!lane.hasMore()) {
			return true;
		}
		if (!members.anyFree() && !members.none()) {
			if (members.full().isEmpty()) {
				lane.passAll();
			}
			return !lane.hasMore();
		}
		boolean noneWaits = lane.from == lane.first;
		List<Entry> entries = new ArrayList<>();
		scan(lane, lane.from, (entry) -> {
			entries.add(entry);
			return entries.size() < PORTION;
		});
		for (Entry entry : entries) {
			if (!members.anyFree() && !members.none()) {
				return false;
			}
			lane.from = entry.place().sequence() + 1;
			GroupDelivery delivery = delivery(batch, entry, deliveries);
			noneWaits &= delivery == null || !waitsOn(batch, entry, delivery, members);
			if (noneWaits) {
				lane.first = lane.from;
			}
		}
		if (entries.size() < PORTION) {
			lane.passAll();
		}
		return !lane.hasMore();
	}

	/**
	 * Returns null if there is nothing to be sent: its message was lost, or it was
	 * withdrawn while a guest had it who has ended with the process.
	 */
	private @Nullable GroupDelivery delivery(Batch batch, Entry entry, Deliveries deliveries) {
		QueuedRow row = entry.row();
		Copy copy = this.queues.copy(row, null);
		if (copy == null) {
			delete(batch, entry);
			return null;
		}
		if (endsWithdrawn(batch, entry)) {
			return null;
		}
		Target target = new Target(batch, row.message() != null, deliveries, this.queues.ledger());
		GroupDelivery delivery = new GroupDelivery(copy.shared, target, this.queues.drops());
		if (copy.delivery != null) {
			delivery.inTheLedger(copy);
		}
		return delivery;
	}

	/**
	 * Ends a copy that was withdrawn while a guest had it who has ended with the process;
	 * returns whether it was.
	 */
	private boolean endsWithdrawn(Batch batch, Entry entry) {
		QueuePlace place = entry.place();
		QueuedRow row = entry.row();
		boolean withdrawn = row.number() != null && lane(place.priority()).isRecovered(place.sequence())
				&& this.queues.isWithdrawn(row.id());
		if (withdrawn) {
			this.rows.end(batch, place, row, null, Ending.RECALLED, null);
			closeIfEmpty();
		}
		return withdrawn;
	}

	/** Gives a copy to a member if it can; returns whether it waits on. */
	private boolean waitsOn(Batch batch, Entry entry, GroupDelivery delivery, GroupMembers members) {
		GroupDelivery.Result result = delivery.deliverWaiting(this, entry, members);
		switch (result) {
			case MOVED -> delete(batch, entry);
			case NOBODY -> end(batch, entry, delivery.why(members));
			case WAITS_FOR_ROOM -> this.passedForRoom = true;
			case LENT, WAITS_FOR_OTHERS -> {
			}
		}
		return result == GroupDelivery.Result.WAITS_FOR_ROOM || result == GroupDelivery.Result.WAITS_FOR_OTHERS;
	}

	private void delete(Batch batch, Entry entry) {
		this.rows.delete(batch, entry.place(), entry.row());
		closeIfEmpty();
	}

	/**
	 * Looks at the copies from a number on that are not lent.
	 * @param visitor returns whether it wants more
	 */
	private void scan(GroupLane lane, long from, Predicate<Entry> visitor) {
		this.rows.scan(lane.priority(), from,
				(place, row) -> this.lent.containsKey(place) || visitor.test(new Entry(place, row)));
	}

	/** A copy that waits. */
	record Entry(QueuePlace place, QueuedRow row) {
	}

}
