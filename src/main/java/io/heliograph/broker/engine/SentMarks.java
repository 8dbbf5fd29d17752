package io.heliograph.broker.engine;

import java.util.EnumMap;
import java.util.Map;

import io.heliograph.broker.Priority;
import io.heliograph.broker.rows.QueuePlace;
import io.heliograph.broker.rows.SentBefore;

/**
 * How far the copies of a session were sent. Guarded by the monitor of the
 * {@link Outbound}.
 */
final class SentMarks {

	/** Behind the last one of each priority that was ever sent. */
	private final Map<Priority, Long> sentBefore = new EnumMap<>(Priority.class);

	/** Behind the last one of each priority that may have been sent before the start. */
	private final Map<Priority, Long> recoveredBefore = new EnumMap<>(Priority.class);

	/** The copies before these numbers may have been sent by a process that has ended. */
	void recovered(Map<Priority, Long> before) {
		this.recoveredBefore.putAll(before);
	}

	void sent(Copy copy) {
		this.sentBefore.merge(copy.priority(), copy.sequence + 1, Math::max);
	}

	/** Notes on a copy whether it was sent, or may have been. */
	void markSent(Copy copy) {
		copy.sent = copy.sequence < this.sentBefore.getOrDefault(copy.priority(), 0L);
		copy.recovered = copy.sequence < this.recoveredBefore.getOrDefault(copy.priority(), 0L);
	}

	boolean wasSent(QueuePlace place) {
		return place.sequence() < before(place.priority());
	}

	SentBefore before() {
		return new SentBefore(before(Priority.HIGH), before(Priority.NORMAL));
	}

	private long before(Priority priority) {
		return Math.max(this.sentBefore.getOrDefault(priority, 0L), this.recoveredBefore.getOrDefault(priority, 0L));
	}

}
