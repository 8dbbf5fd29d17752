package io.heliograph.powerloss;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.ClientRow;
import io.heliograph.broker.rows.CountsRow;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.DueRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.rows.OnceRow;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.rows.ReceivedRow;
import io.heliograph.broker.rows.RowAudit;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.rows.SubscriptionRow;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

import static java.nio.charset.StandardCharsets.UTF_8;

/** All that is in a store. */
final class StoredRows {

	private final List<String> contradictions;

	private final Map<String, Long> sessions = new HashMap<>();

	private final Set<String> clients = new HashSet<>();

	private final Set<String> subscriptions = new HashSet<>();

	private final Map<QueuePlace, QueuedRow> queue = new HashMap<>();

	private final Set<QueuePlace> released = new HashSet<>();

	private final Set<ReceivedRow> received = new HashSet<>();

	private final Map<MessageId, Message> messages = new HashMap<>();

	/** By session and payload. */
	private final Map<String, QueuePlace> places = new HashMap<>();

	private final Map<String, Message> retained = new HashMap<>();

	private final Map<MessageId, NotificationRow> notifications = new TreeMap<>(
			(one, other) -> one.value().compareTo(other.value()));

	private final Map<MessageId, Map<Fate, Integer>> counts = new HashMap<>();

	private final Map<DeliveryKey, DeliveryRow> deliveries = new HashMap<>();

	private final Set<MessageId> scheduled = new HashSet<>();

	private final List<MessageId> once = new ArrayList<>();

	StoredRows(Store store) {
		this.contradictions = RowAudit.contradictions(store);
		each(store, Families.SESSION, (key, value) -> {
			SessionRow row = SessionRow.read(key, value);
			this.sessions.put(row.client().id().value(), row.number());
		});
		each(store, Families.CLIENT, (key, value) -> this.clients.add(ClientRow.ofKey(key).value()));
		each(store, Families.SUBSCRIPTION, (key, value) -> {
			SubscriptionRow row = SubscriptionRow.read(key, value);
			if (!row.ended()) {
				this.subscriptions.add(row.session() + " " + row.filter());
			}
		});
		each(store, Families.QUEUE, (key, value) -> this.queue.put(QueuePlace.ofKey(key), QueuedRow.read(value)));
		each(store, Families.RELEASED, (key, value) -> this.released.add(QueuePlace.ofKey(key)));
		each(store, Families.RECEIVED, (key, value) -> this.received.add(ReceivedRow.ofKey(key)));
		each(store, Families.MESSAGE, (key, value) -> put(this.messages, value));
		each(store, Families.RETAINED,
				(key, value) -> this.retained.put(new String(key, UTF_8), MessageRow.read(value)));
		ledger(store);
	}

	private void ledger(Store store) {
		each(store, Families.NOTIFICATION, (key, value) -> {
			NotificationRow row = NotificationRow.read(value);
			this.notifications.put(row.notification().message().id(), row);
		});
		each(store, Families.COUNTS,
				(key, value) -> this.counts.put(ClientMessageKey.ofCollapsed(key), CountsRow.read(value).byFate()));
		each(store, Families.DELIVERY,
				(key, value) -> this.deliveries.put(DeliveryKey.ofKey(key), DeliveryRow.read(value)));
		each(store, Families.DUE, (key, value) -> {
			DueRow row = DueRow.ofKey(key);
			if (row.kind() == DueRow.Kind.ROUTE) {
				this.scheduled.add(row.id());
			}
		});
		each(store, Families.ONCE, (key, value) -> this.once.add(OnceRow.read(value).id()));
	}

	private static void each(Store store, Family family, BiConsumer<byte[], byte[]> row) {
		store.scan(family, Families.EVERYTHING, (key, value) -> {
			row.accept(key, value);
			return true;
		});
	}

	private static void put(Map<MessageId, Message> messages, byte[] value) {
		Message message = MessageRow.read(value);
		messages.put(message.id(), message);
	}

	boolean hasSession(String client) {
		return this.sessions.containsKey(client);
	}

	boolean knows(String client) {
		return this.clients.contains(client);
	}

	boolean isSubscribed(String client, String filter) {
		return this.subscriptions.contains(this.sessions.get(client) + " " + filter);
	}

	/** Whether a packet id of QoS 2 is known as received from a client. */
	boolean hasReceived(String client, int packetId) {
		Long session = this.sessions.get(client);
		return session != null && this.received.contains(new ReceivedRow(session, packetId));
	}

	/** Whether the first payload, or the second one, is retained; "" for nothing. */
	boolean retains(String topic, String one, String other) {
		Message message = this.retained.get(topic);
		String payload = (message != null) ? text(message) : "";
		return payload.equals(one) || payload.equals(other);
	}

	private static String text(Message message) {
		return new String(message.payload(), UTF_8);
	}

	/** Where a message waits for a client, or null. */
	@Nullable QueuePlace place(String client, String payload) {
		if (this.places.isEmpty()) {
			this.queue.forEach((place, row) -> {
				Message message = message(row);
				this.places.put(place.session() + " " + ((message != null) ? text(message) : ""), place);
			});
		}
		return this.places.get(this.sessions.get(client) + " " + payload);
	}

	/** Whether the device is known to have received a copy, or it is gone. */
	boolean isReleasedOrGone(String client, String payload) {
		QueuePlace place = place(client, payload);
		return place == null || this.released.contains(place);
	}

	private @Nullable Message message(QueuedRow row) {
		if (row.message() != null) {
			return row.message();
		}
		NotificationRow notification = this.notifications.get(row.id());
		return (row.number() == null) ? this.messages.get(row.id())
				: (notification != null) ? notification.notification().message() : null;
	}

	boolean hasNotification(MessageId id) {
		return this.notifications.containsKey(id) && this.counts.containsKey(id);
	}

	/** Whether a message waits for a group, for one of its members, or for anybody. */
	boolean waits(String payload) {
		return this.queue.values()
			.stream()
			.map(this::message)
			.anyMatch((one) -> one != null && text(one).equals(payload));
	}

	@Nullable Fate fateOfGroup(MessageId id, String group) {
		DeliveryRow row = this.deliveries.get(DeliveryKey.of(id, ShareableFilter.parse(group)));
		return (row != null) ? row.fate() : null;
	}

	boolean isScheduled(MessageId id) {
		return this.scheduled.contains(id);
	}

	boolean hasOnce(MessageId id) {
		return this.once.contains(id);
	}

	@Nullable Fate fate(MessageId id, String client) {
		DeliveryRow row = this.deliveries.get(DeliveryKey.of(id, new ClientId(client)));
		return (row != null) ? row.fate() : null;
	}

	int size() {
		return this.queue.size();
	}

	Map<String, Long> sessions() {
		return this.sessions;
	}

	Map<MessageId, Map<Fate, Integer>> counts() {
		return this.counts;
	}

	/** Where one row tells what another does not. */
	List<String> contradictions() {
		return this.contradictions;
	}

}
