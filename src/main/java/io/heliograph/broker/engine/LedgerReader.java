package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

import io.heliograph.broker.Delivery;
import io.heliograph.broker.Fate;
import io.heliograph.broker.FateCounts;
import io.heliograph.broker.Ledger;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Notification;
import io.heliograph.broker.NotificationRecord;
import io.heliograph.broker.Slice;
import io.heliograph.broker.Slice.Cursor;
import io.heliograph.broker.rows.CountsRow;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ledger, and tells nothing before it is durable. Any thread but those of the
 * journal and of the store.
 */
final class LedgerReader implements Ledger {

	/** How many rows are looked at for a slice. */
	private static final int MAX_EXAMINED = 5_000;

	private final Store store;

	private final Journal journal;

	private final Function<ClientId, @Nullable Session> sessions;

	private final Watches watches;

	LedgerReader(Store store, Journal journal, Function<ClientId, @Nullable Session> sessions, Watches watches) {
		this.store = store;
		this.journal = journal;
		this.sessions = sessions;
		this.watches = watches;
	}

	@Override
	public Optional<NotificationRecord> find(MessageId id) {
		byte[] value = this.store.get(Families.NOTIFICATION, MessageRow.key(id));
		Optional<NotificationRecord> found = (value != null) ? Optional.of(record(NotificationRow.read(value)))
				: Optional.empty();
		this.journal.awaitDurable();
		return found;
	}

	private NotificationRecord record(NotificationRow row) {
		byte[] counts = this.store.get(Families.COUNTS, MessageRow.key(row.notification().message().id()));
		return new NotificationRecord(row.notification(), row.acceptedAt(), row.state(),
				(counts != null) ? CountsRow.read(counts) : FateCounts.NONE);
	}

	@Override
	public Slice<NotificationRecord> search(Search search, @Nullable Cursor from, int limit) {
		byte[] oldest = MessageRow.firstKey((search.after() != null) ? search.after() : Instant.EPOCH);
		byte[] behind = (search.before() != null) ? MessageRow.firstKey(search.before()) : Families.EVERYTHING.to();
		KeyRange all = new KeyRange(oldest, behind);
		KeyRange range = (from != null) ? all.before(from.key()) : all;
		return slice(Families.NOTIFICATION, range, true, limit, (key, value) -> {
			NotificationRow row = NotificationRow.read(value);
			Notification notification = row.notification();
			boolean wanted = (search.origin() == null || search.origin().equals(notification.origin()))
					&& (search.topic() == null || search.topic().equals(notification.message().topic().name()));
			return wanted ? record(row) : null;
		});
	}

	@Override
	public Slice<Delivery> deliveries(MessageId id, @Nullable Fate fate, @Nullable Cursor from, int limit) {
		KeyRange all = DeliveryKey.ofMessage(id);
		KeyRange range = (from != null) ? all.behind(from.key()) : all;
		return slice(Families.DELIVERY, range, false, limit, (key, value) -> {
			Delivery delivery = delivery(DeliveryKey.ofKey(key), DeliveryRow.read(value));
			return (fate == null || delivery.fate() == fate) ? delivery : null;
		});
	}

	@Override
	public Slice<Delivery> deliveries(ClientId client, @Nullable Cursor from, int limit) {
		KeyRange all = DeliveryKey.ofClient(client);
		KeyRange range = (from != null) ? all.before(from.key()) : all;
		return slice(Families.CLIENT_DELIVERY, range, true, limit, (key, value) -> {
			DeliveryKey delivery = DeliveryKey.ofClientKey(key);
			byte[] row = this.store.get(Families.DELIVERY, delivery.key());
			Delivery found = (row != null) ? delivery(delivery, DeliveryRow.read(row)) : null;
			// that of a group may be another's by now
			return (found != null && client.equals(found.client())) ? found : null;
		});
	}

	/** It shows as sent what a window holds at this moment. */
	private Delivery delivery(DeliveryKey key, DeliveryRow row) {
		Delivery delivery = row.delivery(key);
		if (row.fate() != Fate.QUEUED || delivery.client() == null) {
			return delivery;
		}
		Session session = this.sessions.apply(delivery.client());
		boolean sent = session != null && session.isSent(key, row.place());
		return sent ? delivery.with(Fate.SENT) : delivery;
	}

	private <T> Slice<T> slice(Family family, KeyRange range, boolean backwards, int limit, Mapper<T> mapper) {
		List<T> items = new ArrayList<>();
		Examined examined = new Examined();
		Store.Visitor visitor = (key, value) -> {
			if (items.size() == limit || examined.rows == MAX_EXAMINED) {
				examined.more = true;
				return false;
			}
			examined.rows++;
			examined.last = key;
			T item = mapper.map(key, value);
			if (item != null) {
				items.add(item);
			}
			return true;
		};
		if (backwards) {
			this.store.scanBackwards(family, range, visitor);
		}
		else {
			this.store.scan(family, range, visitor);
		}
		this.journal.awaitDurable();
		byte[] last = examined.last;
		return new Slice<>(items, (examined.more && last != null) ? new Cursor(last) : null);
	}

	@Override
	public Watch watch(MessageId id, Runnable changed) {
		return this.watches.add(id, changed);
	}

	/** Makes what is wanted of a row. */
	private interface Mapper<T> {

		/** Returns null for what is not wanted. */
		@Nullable T map(byte[] key, byte[] value);

	}

	/** How far a scan is. */
	private static final class Examined {

		private int rows;

		private byte @Nullable [] last;

		private boolean more;

	}

}
