package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The copies of a session that have no place in its window yet, in order. Those of QoS 0
 * never take the place of others. Guarded by the monitor of the {@link Outbound}.
 */
final class WaitingCopies {

	/** Between two searches for what has expired behind what has not. */
	private static final Duration SEARCH_PAUSE = Duration.ofSeconds(10);

	private final int max;

	private final Deque<Copy> copies = new ArrayDeque<>(0);

	private int qos0;

	private Instant searched = Instant.EPOCH;

	/** None of them expires before; null if none does at all. */
	private @Nullable Instant firstExpiry;

	/**
	 * @param max how many there may be, 0 for no limit
	 */
	WaitingCopies(int max) {
		this.max = max;
	}

	boolean isFullFor(Copy copy) {
		int before = isQos0(copy) ? size() : size() - this.qos0;
		return this.max > 0 && before >= this.max;
	}

	void add(Copy copy) {
		this.copies.add(copy);
		note(copy);
	}

	private void note(Copy copy) {
		if (isQos0(copy)) {
			this.qos0++;
		}
		Instant expiry = copy.shared.message().expiresAt();
		if (expiry != null && (this.firstExpiry == null || expiry.isBefore(this.firstExpiry))) {
			this.firstExpiry = expiry;
		}
	}

	/** The next one, or null. */
	@Nullable Copy next() {
		return this.copies.peek();
	}

	/** Removes the next one. */
	void remove() {
		if (isQos0(this.copies.remove())) {
			this.qos0--;
		}
	}

	/** Removes those of QoS 0; returns how many. */
	int removeQos0() {
		return (this.qos0 == 0) ? 0 : removeIf(WaitingCopies::isQos0);
	}

	/**
	 * Removes the next ones as far as they are of no use any more and, if it is full for
	 * the copy nevertheless, those behind them, but not if it was searched for such
	 * lately: to look at each takes long. Returns how many.
	 */
	int makeRoomFor(Copy copy, Instant now) {
		int removed = 0;
		for (Copy next = next(); next != null && next.shared.expired(now); next = next()) {
			remove();
			removed++;
		}
		boolean searchedLately = Duration.between(this.searched, now).abs().compareTo(SEARCH_PAUSE) < 0;
		if (isFullFor(copy) && !searchedLately) {
			this.searched = now;
			removed += removeExpired(now);
		}
		return removed;
	}

	/**
	 * Removes those that are of no use any more; returns how many. Looks at each, if
	 * there may be one.
	 */
	int removeExpired(Instant now) {
		boolean none = this.firstExpiry == null || this.firstExpiry.isAfter(now);
		return none ? 0 : removeIf((copy) -> copy.shared.expired(now));
	}

	private int removeIf(Predicate<Copy> condition) {
		int before = size();
		this.copies.removeIf(condition);
		this.qos0 = 0;
		this.firstExpiry = null;
		this.copies.forEach(this::note);
		return before - size();
	}

	void clear() {
		this.copies.clear();
		this.qos0 = 0;
		this.firstExpiry = null;
	}

	void forEach(Consumer<Copy> action) {
		this.copies.forEach(action);
	}

	int size() {
		return this.copies.size();
	}

	private static boolean isQos0(Copy copy) {
		return copy.qos == Qos.AT_MOST_ONCE;
	}

}
