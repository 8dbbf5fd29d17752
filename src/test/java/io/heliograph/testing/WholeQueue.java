package io.heliograph.testing;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.broker.Queued;
import io.heliograph.broker.Queues;
import io.heliograph.broker.Slice;
import io.heliograph.broker.Slice.Cursor;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/** Lists queues to their end. */
public final class WholeQueue {

	private static final int PAGE = 100;

	private WholeQueue() {
	}

	/** All copies of a session, none if there is no such session. */
	public static List<Queued> of(Queues queues, ClientId client) {
		List<Queued> all = new ArrayList<>();
		@Nullable Cursor next = null;
		do {
			Slice<Queued> slice = queues.of(client, next, PAGE);
			all.addAll(slice.items());
			next = slice.next();
		}
		while (next != null);
		return all;
	}

}
