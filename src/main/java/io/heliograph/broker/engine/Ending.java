package io.heliograph.broker.engine;

import io.heliograph.account.AccessRule;
import io.heliograph.broker.DropReason;
import io.heliograph.broker.Fate;
import io.heliograph.broker.rows.ReleasedRow;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a delivery for good.
 *
 * @param fate its fate
 * @param reason why it is given up, or null if it is not
 * @param rule the number of the rule that denied it, or null if none did
 */
record Ending(Fate fate, @Nullable DropReason reason, @Nullable Long rule) {

	static final Ending ACKED = new Ending(Fate.ACKED, null);

	/** It was handed to the connection with QoS 0. */
	static final Ending SENT = new Ending(Fate.SENT, null);

	static final Ending SUPERSEDED = new Ending(Fate.SUPERSEDED, null);

	static final Ending RECALLED = new Ending(Fate.RECALLED, null);

	static final Ending CLEAN_START = new Ending(Fate.DROPPED, DropReason.CLEAN_START);

	static final Ending RESTART = new Ending(Fate.DROPPED, DropReason.RESTART);

	static final Ending NO_SESSION = new Ending(Fate.DROPPED, DropReason.NO_SESSION);

	static final Ending NOT_SUBSCRIBED = new Ending(Fate.DROPPED, DropReason.NOT_SUBSCRIBED);

	Ending(Fate fate, @Nullable DropReason reason) {
		this(fate, reason, null);
	}

	/**
	 * The rules do not let the client read the topic.
	 * @param rule the one that denied it, or null if none granted it
	 */
	static Ending denied(@Nullable AccessRule rule) {
		return new Ending(Fate.DENIED, null, (rule != null) ? (Long) rule.id() : null);
	}

	static Ending of(ReleasedRow row) {
		return new Ending(row.fate(), row.reason(), row.rule());
	}

	ReleasedRow row() {
		return new ReleasedRow(this.fate, this.reason, this.rule);
	}

	/** What a copy comes to that is not delivered for that cause. */
	static Ending of(Drop drop) {
		return switch (drop) {
			case EXPIRED -> new Ending(Fate.EXPIRED, null);
			case DENIED -> new Ending(Fate.DENIED, null);
			case QUEUE_FULL -> new Ending(Fate.DROPPED, DropReason.QUEUE_FULL);
			case TOO_LARGE -> new Ending(Fate.DROPPED, DropReason.TOO_LARGE);
			case REFUSED -> new Ending(Fate.DROPPED, DropReason.REFUSED);
			case OFFLINE -> new Ending(Fate.DROPPED, DropReason.OFFLINE);
			case SESSION_ENDED -> new Ending(Fate.DROPPED, DropReason.SESSION_ENDED);
		};
	}

}
