package io.heliograph.broker.rows;

import io.heliograph.broker.DropReason;
import io.heliograph.broker.Fate;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that stand for fates and reasons in the store, whatever order they have in
 * the source.
 */
final class Codes {

	/** By code from 1 on: to be added to at the end only. */
	private static final Fate[] FATES = { Fate.HELD, Fate.QUEUED, Fate.SENT, Fate.ACKED, Fate.EXPIRED, Fate.SUPERSEDED,
			Fate.RECALLED, Fate.DENIED, Fate.DROPPED };

	/** By code from 1 on: to be added to at the end only. */
	private static final DropReason[] REASONS = { DropReason.QUEUE_FULL, DropReason.SESSION_ENDED,
			DropReason.CLEAN_START, DropReason.TOO_LARGE, DropReason.REFUSED, DropReason.OFFLINE, DropReason.RESTART,
			DropReason.NO_SESSION, DropReason.NOT_SUBSCRIBED };

	private Codes() {
	}

	static int of(Fate fate) {
		return of(FATES, fate);
	}

	static int of(@Nullable DropReason reason) {
		return (reason != null) ? of(REASONS, reason) : 0;
	}

	private static <T> int of(T[] all, T one) {
		for (int i = 0; i < all.length; i++) {
			if (all[i].equals(one)) {
				return i + 1;
			}
		}
		throw new IllegalArgumentException("no code stands for " + one);
	}

	static Fate fate(int code) {
		if (code < 1 || code > FATES.length) {
			throw new DamagedRow("there is no fate " + code);
		}
		return FATES[code - 1];
	}

	static @Nullable DropReason reason(int code) {
		if (code > REASONS.length) {
			throw new DamagedRow("there is no reason " + code);
		}
		return (code > 0) ? REASONS[code - 1] : null;
	}

}
