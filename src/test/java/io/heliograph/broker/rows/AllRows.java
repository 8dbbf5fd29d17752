package io.heliograph.broker.rows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.heliograph.broker.Fate;
import io.heliograph.broker.KnownClient;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/** All that is in the families of a store at a moment. Not to be changed. */
public final class AllRows {

	/** By client id. */
	public final Map<ClientId, SessionRow> sessions = new HashMap<>();

	/** By number. */
	public final Map<Long, EndedRow> ended = new HashMap<>();

	public final List<SubscriptionRow> subscriptions = new ArrayList<>();

	public final Map<QueuePlace, QueuedRow> queue = new HashMap<>();

	public final Set<QueuePlace> released = new HashSet<>();

	public final Set<ReceivedRow> received = new HashSet<>();

	public final Map<MessageId, Message> messages = new HashMap<>();

	/** By topic. */
	public final Map<String, Message> retained = new HashMap<>();

	public final Set<Expiry> expiry = new HashSet<>();

	public final Map<ClientId, KnownClient> clients = new HashMap<>();

	public final Map<MessageId, NotificationRow> notifications = new HashMap<>();

	public final Map<MessageId, Map<Fate, Integer>> counts = new HashMap<>();

	public final Map<DeliveryKey, DeliveryRow> deliveries = new HashMap<>();

	public final Set<OfClient> ofClients = new HashSet<>();

	public final List<OnceRow> once = new ArrayList<>();

	public final Set<DueRow> due = new HashSet<>();

	public final Set<DeliveryKey> held = new HashSet<>();

	public final Set<DeliveryKey> unstored = new HashSet<>();

	public final List<MessageId> collapsed = new ArrayList<>();

	/** Whose the queues of sessions are, and those of sessions that have ended. */
	private final Map<Long, ClientId> owners = new HashMap<>();

	public AllRows(Store store) {
		queues(store);
		ledger(store);
		this.sessions.values().forEach((row) -> this.owners.put(row.number(), row.client().id()));
		this.ended.values().forEach((row) -> this.owners.put(row.number(), row.client()));
	}

	private void queues(Store store) {
		store.forEach(Families.SESSION, Families.EVERYTHING, (key, value) -> {
			SessionRow row = SessionRow.read(key, value);
			this.sessions.put(row.client().id(), row);
		});
		store.forEach(Families.ENDED, Families.EVERYTHING, (key, value) -> {
			EndedRow row = EndedRow.read(key, value);
			this.ended.put(row.number(), row);
		});
		store.forEach(Families.SUBSCRIPTION, Families.EVERYTHING,
				(key, value) -> this.subscriptions.add(SubscriptionRow.read(key, value)));
		store.forEach(Families.QUEUE, Families.EVERYTHING,
				(key, value) -> this.queue.put(QueuePlace.ofKey(key), QueuedRow.read(value)));
		store.forEach(Families.RELEASED, Families.EVERYTHING, (key, value) -> this.released.add(QueuePlace.ofKey(key)));
		store.forEach(Families.RECEIVED, Families.EVERYTHING,
				(key, value) -> this.received.add(ReceivedRow.ofKey(key)));
		store.forEach(Families.MESSAGE, Families.EVERYTHING,
				(key, value) -> this.messages.put(id(key), MessageRow.read(value)));
		store.forEach(Families.RETAINED, Families.EVERYTHING,
				(key, value) -> this.retained.put(new String(key, StandardCharsets.UTF_8), MessageRow.read(value)));
		store.forEach(Families.EXPIRY, Families.EVERYTHING, (key, value) -> this.expiry
			.add(new Expiry(Instant.ofEpochMilli(new RowReader(key).number64()), QueuePlace.ofExpiryKey(key))));
	}

	private void ledger(Store store) {
		store.forEach(Families.CLIENT, Families.EVERYTHING,
				(key, value) -> this.clients.put(ClientRow.ofKey(key), ClientRow.read(key, value)));
		store.forEach(Families.NOTIFICATION, Families.EVERYTHING,
				(key, value) -> this.notifications.put(id(key), NotificationRow.read(value)));
		store.forEach(Families.COUNTS, Families.EVERYTHING,
				(key, value) -> this.counts.put(id(key), CountsRow.read(value).byFate()));
		store.forEach(Families.DELIVERY, Families.EVERYTHING,
				(key, value) -> this.deliveries.put(DeliveryKey.ofKey(key), DeliveryRow.read(value)));
		store.forEach(Families.CLIENT_DELIVERY, Families.EVERYTHING, (key, value) -> this.ofClients
			.add(new OfClient(DeliveryKey.clientOf(key), DeliveryKey.ofClientKey(key))));
		store.forEach(Families.ONCE, Families.EVERYTHING, (key, value) -> this.once.add(OnceRow.read(value)));
		store.forEach(Families.DUE, Families.EVERYTHING, (key, value) -> this.due.add(DueRow.ofKey(key)));
		store.forEach(Families.HELD, Families.EVERYTHING, (key, value) -> this.held
			.add(DeliveryKey.of(ClientMessageKey.ofHeld(key), ClientMessageKey.clientOf(key))));
		store.forEach(Families.UNSTORED, Families.EVERYTHING,
				(key, value) -> this.unstored.add(DeliveryKey.ofKey(key)));
		store.forEach(Families.COLLAPSE, Families.EVERYTHING,
				(key, value) -> this.collapsed.add(ClientMessageKey.ofCollapsed(value)));
	}

	private static MessageId id(byte[] key) {
		return MessageRow.readId(new RowReader(key));
	}

	/** Whose queue has a number, or null if it is that of a group, or of nobody. */
	public @Nullable ClientId owner(long queue) {
		return this.owners.get(queue);
	}

	/** The message of a copy, or null if it is not there. */
	public @Nullable Message message(QueuedRow row) {
		if (row.message() != null) {
			return row.message();
		}
		NotificationRow notification = this.notifications.get(row.id());
		return (row.number() == null) ? this.messages.get(row.id())
				: (notification != null) ? notification.notification().message() : null;
	}

	/** What the delivery of a copy is found by. */
	public DeliveryKey delivery(QueuePlace place, QueuedRow row) {
		ClientId owner = owner(place.session());
		return row.delivery((owner != null) ? owner : new ClientId("nobody"));
	}

	/** The copies of a queue. */
	public Map<QueuePlace, QueuedRow> queue(long number) {
		Map<QueuePlace, QueuedRow> copies = new HashMap<>();
		this.queue.forEach((place, row) -> {
			if (place.session() == number) {
				copies.put(place, row);
			}
		});
		return copies;
	}

	/** The groups for which anything waits, by the number of the queue. */
	public Map<Long, ShareableFilter> groups() {
		Map<Long, ShareableFilter> groups = new HashMap<>();
		this.queue.forEach((place, row) -> {
			if (owner(place.session()) == null && row.group() != null) {
				groups.put(place.session(), row.group());
			}
		});
		return groups;
	}

	/**
	 * When what is at a place is of no use any more, or is looked at again.
	 */
	public record Expiry(Instant at, QueuePlace place) {
	}

	/** A delivery that a client has, or had. */
	public record OfClient(ClientId client, DeliveryKey delivery) {
	}

}
