package io.heliograph.broker.engine;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

import io.heliograph.broker.Undelivered;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the copies that will not be delivered, since start. Thread-safe. */
final class Drops implements Undelivered {

	private static final Logger logger = LoggerFactory.getLogger(Drops.class);

	private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);

	private final Map<Drop, LongAdder> counts = new EnumMap<>(Drop.class);

	private final AtomicLong fullLoggedAt = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

	Drops() {
		for (Drop drop : Drop.values()) {
			this.counts.put(drop, new LongAdder());
		}
	}

	void count(Drop why) {
		count(why, 1);
	}

	/**
	 * Counts a copy that was not taken.
	 * @param why null if it was; a session that has ended may be in the index still, and
	 * counts for nobody
	 */
	void countRefusal(@Nullable Drop why) {
		if (why != null && why != Drop.SESSION_ENDED) {
			count(why);
		}
	}

	/**
	 * A queue is full. Logged once a minute at most, whosever it is.
	 * @param limit the setting that is met
	 * @param oldestGoes whether its oldest are dropped, or what comes
	 */
	void queueIsFull(Object owner, String limit, boolean oldestGoes) {
		long last = this.fullLoggedAt.get();
		long now = System.nanoTime();
		if (now - last >= PAUSE_NANOS && this.fullLoggedAt.compareAndSet(last, now)) {
			logger.warn(
					"The queue of '{}' is full: {} (heliograph.sessions.{}, queue-full). /actuator/health counts "
							+ "the dropped ones of all queues as queue-full; this is logged once a minute at most.",
					owner, oldestGoes ? "its oldest messages are dropped" : "what comes for it is dropped", limit);
		}
	}

	void count(Drop why, int copies) {
		adder(why).add(copies);
	}

	@Override
	public Map<String, Long> counts() {
		Map<String, Long> sums = new LinkedHashMap<>();
		this.counts
			.forEach((why, count) -> sums.put(why.name().toLowerCase(Locale.ROOT).replace('_', '-'), count.sum()));
		return sums;
	}

	private LongAdder adder(Drop why) {
		LongAdder adder = this.counts.get(why);
		if (adder == null) {
			throw new IllegalStateException("no counter for " + why);
		}
		return adder;
	}

}
