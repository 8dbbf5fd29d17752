package io.heliograph.broker.engine;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the copies that will not be delivered, since start. Thread-safe. */
public final class Drops {

	private final Map<Drop, LongAdder> counts = new EnumMap<>(Drop.class);

	Drops() {
		for (Drop drop : Drop.values()) {
			this.counts.put(drop, new LongAdder());
		}
	}

	void count(Drop why) {
		count(why, 1);
	}

	void count(Drop why, int copies) {
		adder(why).add(copies);
	}

	public long of(Drop why) {
		return adder(why).sum();
	}

	private LongAdder adder(Drop why) {
		LongAdder adder = this.counts.get(why);
		if (adder == null) {
			throw new IllegalStateException("no counter for " + why);
		}
		return adder;
	}

}
