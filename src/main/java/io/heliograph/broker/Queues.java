package io.heliograph.broker;

import io.heliograph.broker.Slice.Cursor;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/** What waits for whom. Thread-safe; waits for the disk at most. */
public interface Queues {

	/**
	 * Returns the copies of a session, none if there is no such session: first what is
	 * sent, then what waits with high priority, then the rest, each in the order of
	 * delivery. What stays in the queue while it is listed is in one of the slices, once;
	 * positions count what was listed before, though it may have left by then.
	 * @param from where to go on, or null for the beginning
	 * @param limit how many at most
	 * @throws IllegalArgumentException if the cursor is none of a queue
	 */
	Slice<Queued> of(ClientId client, @Nullable Cursor from, int limit);

}
