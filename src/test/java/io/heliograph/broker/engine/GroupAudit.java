package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.heliograph.broker.Message;
import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.AllRows;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;

/** Looks at what waits for a group, and at what is lent to its guests. */
final class GroupAudit {

	private final GroupQueue queue;

	private final Map<QueuePlace, QueuedRow> copies;

	private final Map<QueuePlace, Loan> lent;

	private final AllRows rows;

	private final EngineAudit.Found found;

	private final String of;

	/** Whether the process before may have lent what waits. */
	private final boolean begunWithRows;

	GroupAudit(GroupQueue queue, AllRows rows, boolean begunWithRows, EngineAudit.Found found) {
		this.queue = queue;
		this.copies = rows.queue(queue.number());
		this.lent = Inside.map(queue, "lent");
		this.rows = rows;
		this.begunWithRows = begunWithRows;
		this.found = found;
		this.of = " of " + queue.filter();
	}

	void run() {
		QueueAudit.size(this.queue, this.copies, this.of, this.found);
		loans();
		this.copies.forEach((place, row) -> {
			this.found.check(this.queue.filter().equals(row.group()), "a copy of another group" + this.of, place);
			holder(place, row);
			if (!this.lent.containsKey(place)) {
				waits(place, row);
			}
		});
	}

	/** Each is with one who has it. */
	private void loans() {
		Map<QueuePlace, Integer> had = new HashMap<>();
		this.found.same(Inside.number(this.queue, "lentBytes"), this.lent.values().stream().mapToLong(Loan::size).sum(),
				"bytes that are lent" + this.of);
		this.lent.forEach((place, loan) -> {
			this.found.check(this.copies.containsKey(place), "what is lent and not there" + this.of, place);
			Session borrower = loan.borrower();
			this.found.check(!borrower.outbound.ended(), "lent to one who is gone" + this.of, borrower.id());
			synchronized (borrower.outbound) {
				Inside.of(borrower.outbound, WaitingCopies.class, "waiting").forEach((copy) -> note(copy, had));
				Inside.of(borrower.outbound, Window.class, "window").forEach((copy) -> note(copy, had));
			}
			this.found.check(had.containsKey(place), "lent to one who has it not" + this.of, place);
		});
	}

	private static void note(Copy copy, Map<QueuePlace, Integer> had) {
		if (copy.loan != null) {
			had.merge(copy.loan.place(), 1, Integer::sum);
		}
	}

	/** The ledger has who has it. */
	private void holder(QueuePlace place, QueuedRow row) {
		if (row.number() != null) {
			DeliveryRow delivery = this.rows.deliveries.get(this.rows.delivery(place, row));
			Loan loan = this.lent.get(place);
			ClientId holder = (loan != null) ? loan.borrower().id() : null;
			boolean its = delivery != null
					&& (Objects.equals(delivery.client(), holder) || (this.begunWithRows && holder == null));
			this.found.check(its, "a delivery that another has" + this.of, place + " " + holder + " " + delivery);
		}
	}

	/** Nobody can have it at this moment. */
	private void waits(QueuePlace place, QueuedRow row) {
		Priority priority = place.priority();
		GroupLane lane = Inside.<Priority, GroupLane>map(this.queue, "lanes").get(priority);
		if (lane == null) {
			throw new IllegalStateException("no lane " + priority);
		}
		this.found.check(place.sequence() < lane.next, "a number that comes again" + this.of, place);
		this.found.check(place.sequence() >= lane.first, "a copy that is passed over for ever" + this.of, place);
		SubscriptionIndex index = Inside.of(this.queue, SubscriptionIndex.class, "queues", "groups", "index");
		Message message = this.rows.message(row);
		for (Subscription member : index.group(this.queue.filter())) {
			boolean takes = message != null && member.session().connected() && member.session().hasRoom()
					&& hasPlace(member, message) && member.session().mayRead(message.topic());
			this.found.check(!takes, "what waits though a member has room" + this.of,
					place + " " + member.session().id());
		}
	}

	/**
	 * A queue with fewer places than the window tells nobody when it has sent something.
	 */
	private static boolean hasPlace(Subscription member, Message message) {
		Copy copy = Recipients.copy(member, SharedMessage.of(message));
		Outbound outbound = member.session().outbound;
		Link link = outbound.link();
		int window = (int) Inside.number(outbound, "window", "receiveMaximum");
		boolean bounded = Inside.of(outbound, SessionSettings.class, "settings").isFull(window, 0, 0);
		return copy.qos != Qos.AT_MOST_ONCE && !bounded && link != null && link.takes(copy);
	}

}
