package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.rows.QueuedRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * The stored messages that more than one copy in the queues shares: they go with the last
 * of these. The journal's.
 */
final class SharedMessages {

	/** How much is kept of what was needed last: the next session needs it, too. */
	private static final long CACHE_BYTES = 8 * 1024 * 1024;

	private final Store store;

	/** How many copies each has. */
	private final Map<MessageId, Integer> copies = new HashMap<>();

	/** In the order of their last use. */
	private final Map<MessageId, SharedMessage> cache = new LinkedHashMap<>(16, 0.75f, true);

	private long cachedBytes;

	SharedMessages(Store store) {
		this.store = store;
	}

	/** There is a copy more in the queues; the message is stored with the first one. */
	void hold(Batch batch, SharedMessage shared) {
		MessageId id = shared.message().id();
		if (this.copies.merge(id, 1, Integer::sum) == 1) {
			batch.put(Families.MESSAGE, MessageRow.key(id), MessageRow.value(shared.message()));
			remember(shared);
		}
	}

	/** There was a copy of it in the store when the server started. */
	void recovered(MessageId id) {
		this.copies.merge(id, 1, Integer::sum);
	}

	/** A copy is gone; the message is deleted with the last one. */
	void release(Batch batch, MessageId id) {
		if (this.copies.merge(id, -1, Integer::sum) <= 0) {
			this.copies.remove(id);
			batch.delete(Families.MESSAGE, MessageRow.key(id));
			SharedMessage cached = this.cache.remove(id);
			this.cachedBytes -= (cached != null) ? cached.size() : 0;
		}
	}

	/**
	 * Returns a message, or null if it is not there, as after a loss.
	 * @param ofNotification whether it is of one
	 */
	@Nullable SharedMessage get(MessageId id, boolean ofNotification) {
		SharedMessage cached = this.cache.get(id);
		if (cached != null) {
			return cached;
		}
		SharedMessage shared = read(this.store, id, ofNotification);
		if (shared != null) {
			remember(shared);
		}
		return shared;
	}

	/**
	 * Reads a message, or returns null if it is not there. Any thread.
	 * @param ofNotification whether it is of one
	 */
	static @Nullable SharedMessage read(Store store, MessageId id, boolean ofNotification) {
		byte[] row = store.get(ofNotification ? Families.NOTIFICATION : Families.MESSAGE, MessageRow.key(id));
		if (row == null) {
			return null;
		}
		return ofNotification ? SharedMessage.of(NotificationRow.read(row).notification())
				: SharedMessage.of(MessageRow.read(row));
	}

	/** Returns the message of a copy, or null if it is not there. */
	@Nullable Message of(QueuedRow row) {
		if (row.message() != null) {
			return row.message();
		}
		SharedMessage shared = get(row.id(), row.number() != null);
		return (shared != null) ? shared.message() : null;
	}

	/** It is needed soon. */
	void remember(SharedMessage shared) {
		this.cache.put(shared.message().id(), shared);
		this.cachedBytes += shared.size();
		Iterator<SharedMessage> oldest = this.cache.values().iterator();
		while (this.cachedBytes > CACHE_BYTES && oldest.hasNext()) {
			this.cachedBytes -= oldest.next().size();
			oldest.remove();
		}
	}

}
