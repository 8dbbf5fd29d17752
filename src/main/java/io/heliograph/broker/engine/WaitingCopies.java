package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

import io.heliograph.broker.Priority;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The copies of a session that have no place in its window yet, in order, those of high
 * priority first. Those of QoS 0 never take the place of others. Guarded by the monitor
 * of the {@link Outbound}.
 */
final class WaitingCopies {

	/** Between two searches for what has expired behind what has not. */
	private static final Duration SEARCH_PAUSE = Duration.ofSeconds(10);

	private final SessionSettings settings;

	private final IntSupplier window;

	private final Deque<Copy> high = new ArrayDeque<>(0);

	private final Deque<Copy> normal = new ArrayDeque<>(0);

	/** How many of them take no place of others. */
	private int apart;

	private long apartBytes;

	private long bytes;

	private Instant searched = Instant.EPOCH;

	/** None of them expires before; null if none does at all. */
	private @Nullable Instant firstExpiry;

	/**
	 * @param window tells how many of them it has a place for: they wait for nothing but
	 * their turn to be written
	 */
	WaitingCopies(SessionSettings settings, IntSupplier window) {
		this.settings = settings;
		this.window = window;
	}

	boolean isFullFor(Copy copy) {
		int before = isQos0(copy) ? size() : size() - this.apart - this.window.getAsInt();
		return this.settings.isFull(before, bytesBefore(copy), copy.size());
	}

	private long bytesBefore(Copy copy) {
		return isQos0(copy) ? this.bytes : this.bytes - this.apartBytes;
	}

	/** The setting that it meets if it is full for the copy. */
	String limit(Copy copy) {
		return this.settings.limit(bytesBefore(copy), copy.size());
	}

	void add(Copy copy) {
		lane(copy.priority()).add(copy);
		note(copy, 1);
		Instant expiry = copy.shared.message().expiresAt();
		if (expiry != null && (this.firstExpiry == null || expiry.isBefore(this.firstExpiry))) {
			this.firstExpiry = expiry;
		}
	}

	private Deque<Copy> lane(Priority priority) {
		return (priority == Priority.HIGH) ? this.high : this.normal;
	}

	/**
	 * @param sign 1 for one more, -1 for one less
	 */
	private void note(Copy copy, int sign) {
		long size = sign * (long) copy.size();
		this.bytes += size;
		if (isApart(copy)) {
			this.apart += sign;
			this.apartBytes += size;
		}
	}

	/** The next one, or null. */
	@Nullable Copy next() {
		Copy next = this.high.peek();
		return (next != null) ? next : this.normal.peek();
	}

	/** Removes the next one. */
	void remove() {
		note((this.high.isEmpty() ? this.normal : this.high).remove(), -1);
	}

	/** Removes those of QoS 0, and returns them. */
	List<Copy> takeQos0() {
		List<Copy> taken = new ArrayList<>(this.apart);
		if (this.apart > 0) {
			removeIf((copy) -> isQos0(copy) && taken.add(copy));
		}
		return taken;
	}

	/**
	 * Removes the one that was or may have been sent with a packet id before; returns it,
	 * or null if there is none of this QoS.
	 */
	@Nullable Copy removeSent(int packetId, Qos qos) {
		Copy[] found = new Copy[1];
		removeIf((copy) -> {
			if (found[0] == null && copy.qos == qos && (copy.sent || copy.recovered) && copy.packetId() == packetId) {
				found[0] = copy;
				return true;
			}
			return false;
		});
		return found[0];
	}

	/** The first one that goes if one must, or null if there is none. */
	@Nullable Copy removeOldest() {
		for (Deque<Copy> lane : List.of(this.normal, this.high)) {
			for (Copy copy : lane) {
				if (!isApart(copy)) {
					lane.remove(copy);
					note(copy, -1);
					return copy;
				}
			}
		}
		return null;
	}

	/**
	 * Removes the next ones as far as they are of no use any more and, if it is full for
	 * the copy nevertheless, those behind them, but not if it was searched for such
	 * lately: to look at each takes long.
	 * @param expired takes what is removed
	 */
	void makeRoomFor(Copy copy, Instant now, Consumer<Copy> expired) {
		for (Copy next = next(); next != null && next.shared.expired(now); next = next()) {
			remove();
			expired.accept(next);
		}
		boolean searchedLately = Duration.between(this.searched, now).abs().compareTo(SEARCH_PAUSE) < 0;
		if (isFullFor(copy) && !searchedLately) {
			this.searched = now;
			removeExpired(now, expired);
		}
	}

	/**
	 * Removes those that are of no use any more. Looks at each, if there may be one.
	 * @param expired takes what is removed
	 */
	void removeExpired(Instant now, Consumer<Copy> expired) {
		boolean none = this.firstExpiry == null || this.firstExpiry.isAfter(now);
		if (none) {
			return;
		}
		List<Copy> removed = new ArrayList<>();
		removeIf((copy) -> copy.shared.expired(now) && removed.add(copy));
		removed.forEach(expired);
		this.firstExpiry = null;
		forEach((copy) -> {
			Instant expiry = copy.shared.message().expiresAt();
			if (expiry != null && (this.firstExpiry == null || expiry.isBefore(this.firstExpiry))) {
				this.firstExpiry = expiry;
			}
		});
	}

	/** Removes those that a condition holds for; returns how many. */
	int removeIf(Predicate<Copy> condition) {
		int before = size();
		Predicate<Copy> noting = (copy) -> {
			boolean removed = condition.test(copy);
			if (removed) {
				note(copy, -1);
			}
			return removed;
		};
		this.high.removeIf(noting);
		this.normal.removeIf(noting);
		return before - size();
	}

	void clear() {
		this.high.clear();
		this.normal.clear();
		this.apart = 0;
		this.apartBytes = 0;
		this.bytes = 0;
		this.firstExpiry = null;
	}

	void forEach(Consumer<Copy> action) {
		this.high.forEach(action);
		this.normal.forEach(action);
	}

	int size() {
		return this.high.size() + this.normal.size();
	}

	/** QoS 0 takes no place of others; what is lent has its own in its group. */
	private static boolean isApart(Copy copy) {
		return isQos0(copy) || copy.loan != null;
	}

	private static boolean isQos0(Copy copy) {
		return copy.qos == Qos.AT_MOST_ONCE;
	}

}
