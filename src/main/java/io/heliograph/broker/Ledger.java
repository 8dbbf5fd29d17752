package io.heliograph.broker;

import java.time.Instant;
import java.util.Optional;

import io.heliograph.broker.Slice.Cursor;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * What has become of each notification, delivery by delivery. All that it tells stays
 * true. Thread-safe; waits for the disk at most.
 */
public interface Ledger {

	Optional<NotificationRecord> find(MessageId id);

	/** Returns notifications, the newest first. */
	Slice<NotificationRecord> search(Search search, @Nullable Cursor from, int limit);

	/** Returns the deliveries of a notification, in the order of client ids. */
	Slice<Delivery> deliveries(MessageId id, @Nullable Fate fate, @Nullable Cursor from, int limit);

	/** Returns the deliveries to a client, the newest first. */
	Slice<Delivery> deliveries(ClientId client, @Nullable Cursor from, int limit);

	/**
	 * Calls back after each change of a delivery of a notification, and where there may
	 * have been one, on a thread that is not to be held up, nor to read this, until it is
	 * closed.
	 */
	Watch watch(MessageId id, Runnable changed);

	/**
	 * Which notifications are wanted.
	 *
	 * @param after those that were accepted from here on, or null for all
	 * @param before those that were accepted before, or null for all
	 * @param origin those of this one, or null for all
	 * @param topic those to this topic, or null for all
	 */
	record Search(@Nullable Instant after, @Nullable Instant before, @Nullable String origin, @Nullable String topic) {
	}

	/** Ends a watch. */
	interface Watch extends AutoCloseable {

		@Override
		void close();

	}

}
