package io.heliograph.broker.engine;

import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

import io.heliograph.broker.Fate;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.rows.CountsRow;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.UnstoredRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * Writes what becomes of the deliveries of notifications, each in the batch with the
 * change that it tells. The journal's. What is not of a notification is none of its
 * concern, and passes.
 */
final class LedgerWriter {

	static final Ending HELD = new Ending(Fate.HELD, null);

	private static final Ending QUEUED = new Ending(Fate.QUEUED, null);

	private final Store store;

	private final Clock clock;

	private final Watches watches;

	/** What the present batch makes of the counts; none below 0. */
	private final Map<MessageId, Map<Fate, Integer>> changed = new HashMap<>();

	LedgerWriter(Store store, Clock clock, Watches watches) {
		this.store = store;
		this.clock = clock;
		this.watches = watches;
	}

	/**
	 * There is a delivery, new or held before, which is in a queue of the store.
	 * @param client who has it, or null if nobody of its group has
	 */
	void queued(Batch batch, Copy copy, QueuePlace place, @Nullable ClientId client) {
		begin(batch, copy, QUEUED, place, client);
	}

	/** There is a delivery, which is in no queue of the store but not over. */
	void queuedUnstored(Batch batch, Copy copy, ClientId client) {
		DeliveryKey key = copy.delivery;
		if (key != null) {
			begin(batch, copy, QUEUED, null, client);
			batch.put(Families.UNSTORED, key.key(), new UnstoredRow(copy.hold).value());
		}
	}

	/** There is a delivery, which is over at once. */
	void over(Batch batch, Copy copy, Ending ending, @Nullable ClientId client) {
		begin(batch, copy, ending, null, client);
	}

	private void begin(Batch batch, Copy copy, Ending state, @Nullable QueuePlace place, @Nullable ClientId client) {
		DeliveryKey key = copy.delivery;
		if (key == null) {
			return;
		}
		write(batch, key, copy.before, row(batch, copy.number, copy.qos, state, place, key.group() ? client : null));
		copy.before = Fate.QUEUED;
		if (client != null) {
			batch.put(Families.CLIENT_DELIVERY, key.clientKey(client), Families.NOTHING);
		}
	}

	/**
	 * One of a group does not have a delivery any more, which is another's from here on.
	 */
	void left(Batch batch, Copy copy, ClientId client) {
		DeliveryKey key = copy.delivery;
		if (key != null && key.group()) {
			batch.delete(Families.CLIENT_DELIVERY, key.clientKey(client));
		}
	}

	/** A delivery that was in a queue is over. */
	void ended(Batch batch, Copy copy, Ending ending, @Nullable ClientId client) {
		DeliveryKey key = copy.delivery;
		if (key == null) {
			return;
		}
		ended(batch, key, copy.number, copy.qos, ending, client);
		if (!copy.stored) {
			batch.delete(Families.UNSTORED, key.key());
		}
	}

	/** A delivery that was in a queue has another fate. */
	void ended(Batch batch, DeliveryKey key, int number, Qos qos, Ending ending, @Nullable ClientId client) {
		write(batch, key, Fate.QUEUED, row(batch, number, qos, ending, null, key.group() ? client : null));
	}

	private DeliveryRow row(Batch batch, int number, Qos qos, Ending state, @Nullable QueuePlace place,
			@Nullable ClientId client) {
		return new DeliveryRow(number, qos, state.fate(), state.reason(), state.rule(), this.clock.instant(),
				batch.position(), place, client);
	}

	/** A delivery has another fate, or is held. */
	void changed(Batch batch, DeliveryKey key, DeliveryRow before, Ending state) {
		write(batch, key, before.fate(), row(batch, before.number(), before.qos(), state, null, before.client()));
	}

	/**
	 * A delivery is held, or over where it would be; it is new, was held before, or was
	 * in no queue of the store.
	 */
	void unqueued(Batch batch, Copy copy, Ending state, ClientId client) {
		DeliveryKey key = copy.delivery;
		if (key != null) {
			begin(batch, copy, state, null, client);
			batch.delete(Families.UNSTORED, key.key());
		}
	}

	private void write(Batch batch, DeliveryKey key, @Nullable Fate before, DeliveryRow row) {
		batch.put(Families.DELIVERY, key.key(), row.value());
		Map<Fate, Integer> counts = counts(key.id());
		if (before != null) {
			counts.merge(before, -1, Integer::sum);
		}
		counts.merge(row.fate(), 1, Integer::sum);
	}

	private Map<Fate, Integer> counts(MessageId id) {
		return this.changed.computeIfAbsent(id, (key) -> {
			byte[] row = this.store.get(Families.COUNTS, MessageRow.key(id));
			Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
			if (row != null) {
				counts.putAll(CountsRow.read(row).byFate());
			}
			return counts;
		});
	}

	/** There is a notification more, which may match nobody. */
	void begun(MessageId id) {
		this.changed.put(id, new EnumMap<>(Fate.class));
	}

	/** The batch is complete but for the counts. */
	Runnable complete(Batch batch) {
		if (this.changed.isEmpty()) {
			return Change.NOTHING;
		}
		this.changed.forEach((id, counts) -> batch.put(Families.COUNTS, MessageRow.key(id), CountsRow.value(counts)));
		Runnable told = this.watches.changed(this.changed.keySet());
		this.changed.clear();
		return told;
	}

}
