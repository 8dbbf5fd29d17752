package io.heliograph.broker;

import java.time.Instant;

/**
 * A notification as the ledger has it.
 *
 * @param notification what was published
 * @param acceptedAt when
 * @param state how far it is
 * @param counts what has become of its deliveries
 */
public record NotificationRecord(Notification notification, Instant acceptedAt, State state, FateCounts counts) {

	/** How far a notification is. */
	public enum State {

		/** It waits for its time. */
		SCHEDULED,

		/** It has gone to whom it matched. */
		ROUTED,

		/** It was withdrawn before its time. */
		CANCELLED,

		/** It was withdrawn when it had gone to whom it matched. */
		WITHDRAWN

	}

}
