package io.heliograph.broker;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How many deliveries of a notification have which fate.
 *
 * @param byFate those that there are; not to be changed
 */
public record FateCounts(Map<Fate, Integer> byFate) {

	public static final FateCounts NONE = new FateCounts(Map.of());

	public FateCounts {
		byFate = byFate.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(byFate));
	}

	public int of(Fate fate) {
		return this.byFate.getOrDefault(fate, 0);
	}

	/** How many there are. */
	public int total() {
		return this.byFate.values().stream().mapToInt(Integer::intValue).sum();
	}

	/** Whether nothing becomes of any of them any more. */
	public boolean finished() {
		return this.byFate.keySet().stream().allMatch(Fate::terminal);
	}

}
