package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.heliograph.broker.rows.AllRows;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.mqtt.Qos;

/** Looks at the outbound half of a session. */
final class OutboundAudit {

	private final Session session;

	private final AllRows rows;

	private final EngineAudit.Found found;

	private final List<Copy> waiting = new ArrayList<>();

	private final List<Copy> sent = new ArrayList<>();

	OutboundAudit(Session session, AllRows rows, EngineAudit.Found found) {
		this.session = session;
		this.rows = rows;
		this.found = found;
	}

	void run() {
		Outbound outbound = this.session.outbound;
		synchronized (outbound) {
			WaitingCopies waiting = Inside.of(outbound, WaitingCopies.class, "waiting");
			waiting.forEach(this.waiting::add);
			Window window = Inside.of(outbound, Window.class, "window");
			window.forEach(this.sent::add);
			String of = " of " + this.session.id();
			this.found.same(Inside.number(window, "inFlight"),
					this.sent.stream().filter((copy) -> copy.inFlight).count(), "places in the window" + of);
			this.found.same(Inside.number(waiting, "bytes"), bytes(this.waiting), "bytes that wait" + of);
			List<Copy> apart = this.waiting.stream()
				.filter((copy) -> copy.qos == Qos.AT_MOST_ONCE || copy.loan != null)
				.toList();
			this.found.same(Inside.number(waiting, "apart"), (long) apart.size(), "copies without a place" + of);
			this.found.same(Inside.number(waiting, "apartBytes"), bytes(apart), "bytes without a place" + of);
			this.found.same(Inside.of(outbound, Set.class, "leaving"), Set.of(), "what leaves the queue" + of);
			// on its way to a connection before, it may be there until the next one
			Inside.set(outbound, "revoked")
				.forEach((place) -> this.found.check(!this.rows.queue.containsKey(place), "what never comes" + of,
						place));
		}
		stored();
		unstored();
		lent();
	}

	private static long bytes(List<Copy> copies) {
		return copies.stream().mapToLong(Copy::size).sum();
	}

	private List<Copy> all() {
		List<Copy> all = new ArrayList<>(this.sent);
		all.addAll(this.waiting);
		return all;
	}

	/** It has what the queue has handed over, and nothing else of it. */
	private void stored() {
		StoredQueue queue = this.session.queue;
		Set<QueuePlace> here = new HashSet<>();
		for (Copy copy : all()) {
			if (copy.stored && queue != null) {
				here.add(new QueuePlace(queue.session(), copy.priority(), copy.sequence));
			}
		}
		Set<QueuePlace> handed = new HashSet<>();
		if (queue != null) {
			QueueAudit.lanes(queue)
				.forEach((priority, lane) -> lane.handed.keySet()
					.forEach((sequence) -> handed.add(new QueuePlace(queue.session(), priority, sequence))));
		}
		this.found.same(here, handed, "what is handed to " + this.session.id());
	}

	private void unstored() {
		Set<DeliveryKey> here = new HashSet<>();
		for (Copy copy : all()) {
			if (copy.delivery != null && !copy.stored && copy.loan == null) {
				here.add(copy.delivery);
			}
		}
		Set<DeliveryKey> stored = new HashSet<>();
		this.rows.unstored.forEach((key) -> {
			DeliveryRow row = this.rows.deliveries.get(key);
			boolean its = key.group() ? row != null && this.session.id().equals(row.client())
					: key.owner().equals(this.session.id().value());
			if (its) {
				stored.add(key);
			}
		});
		this.found.same(here, stored, "what is in memory for " + this.session.id());
	}

	private void lent() {
		Map<Loan, Loan> lent = new HashMap<>();
		for (Copy copy : all()) {
			if (copy.loan != null) {
				Map<QueuePlace, Loan> loans = Inside.map(copy.loan.queue(), "lent");
				this.found.check(copy.loan.equals(loans.get(copy.loan.place())), "what was not lent",
						copy.loan.place());
				this.found.check(lent.put(copy.loan, copy.loan) == null, "lent twice", copy.loan.place());
			}
		}
	}

}
