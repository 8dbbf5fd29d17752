package io.heliograph.broker.engine;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import io.heliograph.broker.Undelivered;
import org.jspecify.annotations.Nullable;

/** Counts the copies that will not be delivered, since start. Thread-safe. */
final class Drops implements Undelivered {

	private final Map<Drop, LongAdder> counts = new EnumMap<>(Drop.class);

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
