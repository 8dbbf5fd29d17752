package io.heliograph.broker.rows;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.rows.AllRows.OfClient;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;

/**
 * Finds where one row of a store tells what another does not. There is nothing to be
 * found between any two batches.
 */
public final class RowAudit {

	private static final int SHOWN = 300;

	private final AllRows rows;

	private final List<String> found = new ArrayList<>();

	private RowAudit(AllRows rows) {
		this.rows = rows;
	}

	/** Returns what contradicts itself in a store, in words. */
	public static List<String> contradictions(Store store) {
		return contradictions(new AllRows(store));
	}

	public static List<String> contradictions(AllRows rows) {
		RowAudit audit = new RowAudit(rows);
		audit.sessions();
		audit.queues();
		audit.messages();
		audit.expiry();
		audit.deliveries();
		audit.ofClients();
		audit.notifications();
		return audit.found;
	}

	private void check(boolean isSo, String what, Object which) {
		if (!isSo) {
			String shown = which.toString();
			this.found.add(what + ": " + shown.substring(0, Math.min(shown.length(), SHOWN)));
		}
	}

	private void sessions() {
		Set<Long> numbers = new HashSet<>();
		this.rows.sessions.values()
			.forEach((row) -> check(numbers.add(row.number()), "two sessions with one number", row));
		this.rows.ended.values()
			.forEach((row) -> check(numbers.add(row.number()), "a session that has ended, and not", row));
		this.rows.subscriptions
			.forEach((row) -> check(numbers.contains(row.session()), "a subscription of no session", row));
		this.rows.received.forEach((row) -> check(numbers.contains(row.session()), "a packet id of no session", row));
	}

	private void queues() {
		Map<Long, ShareableFilter> groups = this.rows.groups();
		check(new HashSet<>(groups.values()).size() == groups.size(), "two queues of one group", groups);
		this.rows.queue.forEach((place, row) -> {
			boolean owned = this.rows.owner(place.session()) != null;
			check(owned || groups.containsKey(place.session()), "a queue without its session", place);
			check(owned || Objects.equals(row.group(), groups.get(place.session())), "a queue of two groups", place);
			check(row.qos() != Qos.AT_MOST_ONCE, "QoS 0 in a queue", place);
			if (row.number() != null) {
				DeliveryRow delivery = this.rows.deliveries.get(this.rows.delivery(place, row));
				boolean its = delivery != null && place.equals(delivery.place()) && delivery.fate() == Fate.QUEUED
						&& delivery.number() == row.number();
				check(its, "a copy without its delivery", place + " " + row + " " + delivery);
			}
		});
		this.rows.released.forEach((place) -> {
			QueuedRow row = this.rows.queue.get(place);
			check(row != null && row.qos() == Qos.EXACTLY_ONCE, "PUBREC for no copy", place);
			check(this.rows.owner(place.session()) != null, "PUBREC to a group", place);
		});
	}

	private void messages() {
		Set<MessageId> used = new HashSet<>();
		this.rows.queue.forEach((place, row) -> {
			Message message = this.rows.message(row);
			check(message != null, "a copy without its message", place + " " + row);
			if (row.message() == null && row.number() == null) {
				used.add(row.id());
			}
		});
		this.rows.messages.keySet().forEach((id) -> check(used.contains(id), "a message that nobody has", id));
	}

	/** A row by time may be left when its copy goes, if it is to be looked at again. */
	private void expiry() {
		Set<QueuePlace> places = new HashSet<>();
		this.rows.expiry.forEach((row) -> places.add(row.place()));
		this.rows.queue.forEach((place, row) -> {
			Message message = this.rows.message(row);
			boolean expires = row.number() == null && message != null && message.expiresAt() != null;
			check(!expires || places.contains(place), "a copy that never expires", place);
		});
	}

	private void deliveries() {
		Map<MessageId, Map<Fate, Integer>> counted = new HashMap<>();
		Set<QueuePlace> places = new HashSet<>();
		this.rows.notifications.keySet().forEach((id) -> counted.put(id, new EnumMap<>(Fate.class)));
		this.rows.deliveries.forEach((key, row) -> {
			String shown = key + " " + row;
			check(this.rows.notifications.containsKey(key.id()), "a delivery of no notification", shown);
			counted.computeIfAbsent(key.id(), (id) -> new EnumMap<>(Fate.class)).merge(row.fate(), 1, Integer::sum);
			QueuePlace place = row.place();
			boolean queued = row.fate() == Fate.QUEUED;
			check(place == null || (queued && this.rows.queue.containsKey(place)), "a delivery without its place",
					shown);
			check(place == null || places.add(place), "two deliveries at a place", shown);
			check(this.rows.unstored.contains(key) == (queued && place == null),
					"a delivery that is nowhere, or over and somewhere", shown);
			check(this.rows.held.contains(key) == (row.fate() == Fate.HELD), "HELD, and not held", shown);
			check(key.group() || row.client() == null, "a delivery of a client to another", shown);
		});
		check(this.rows.counts.keySet().equals(counted.keySet()), "notifications without counts, or counts of none",
				this.rows.counts.keySet());
		counted.forEach((id, fates) -> check(fates.equals(this.rows.counts.get(id)),
				"counts that are not those of the deliveries", id + " " + this.rows.counts.get(id) + " " + fates));
		check(this.rows.deliveries.keySet().containsAll(this.rows.held), "nothing is held", this.rows.held);
		check(this.rows.deliveries.keySet().containsAll(this.rows.unstored), "nothing is in memory",
				this.rows.unstored);
	}

	/**
	 * A client has what the ledger says that it has. What guests of a group had when the
	 * process ended may be others' by now.
	 */
	private void ofClients() {
		this.rows.deliveries.forEach((key, row) -> {
			ClientId client = key.group() ? row.client() : new ClientId(key.owner());
			check(client == null || this.rows.ofClients.contains(new OfClient(client, key)),
					"a delivery that its client has not", key + " " + row);
		});
		this.rows.ofClients
			.forEach((one) -> check(this.rows.deliveries.containsKey(one.delivery()), "a client's no delivery", one));
	}

	private void notifications() {
		Set<MessageId> scheduled = new HashSet<>();
		Set<MessageId> expiring = new HashSet<>();
		Set<MessageId> withdrawn = new HashSet<>();
		this.rows.due.forEach((row) -> {
			Set<MessageId> of = switch (row.kind()) {
				case ROUTE -> scheduled;
				case EXPIRE -> expiring;
				case WITHDRAW -> withdrawn;
			};
			check(of.add(row.id()), "due twice", row);
			check(this.rows.notifications.containsKey(row.id()), "nothing is due", row);
		});
		this.rows.notifications.forEach((id, row) -> {
			boolean waits = row.state() == State.SCHEDULED;
			check(row.state() == State.WITHDRAWN || !withdrawn.contains(id), "withdrawn and not", id);
			check(!waits || scheduled.contains(id), "scheduled and never due", id);
			check(row.state() != State.ROUTED || !scheduled.contains(id), "routed and due", id);
			boolean over = !waits && this.rows.counts.getOrDefault(id, Map.of())
				.entrySet()
				.stream()
				.allMatch((count) -> count.getKey().terminal() || count.getValue() == 0);
			check(over || row.notification().message().expiresAt() == null || expiring.contains(id),
					"a notification that never expires", id + " " + this.rows.counts.get(id));
		});
		this.rows.once
			.forEach((row) -> check(this.rows.notifications.containsKey(row.id()), "a once-key of nothing", row.id()));
		this.rows.collapsed
			.forEach((id) -> check(this.rows.notifications.containsKey(id), "a collapse key of nothing", id));
	}

}
