package io.heliograph.account;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What is to be written to the database some time, by the number of a row. Thread-safe.
 */
final class Unwritten<V> {

	private final ConcurrentMap<Long, V> waiting = new ConcurrentHashMap<>();

	void put(long id, V value) {
		this.waiting.put(id, value);
	}

	/** It is not to be written any more. */
	void remove(long id) {
		this.waiting.remove(id);
	}

	/** Returns what waits; from here on it does not. */
	Map<Long, V> take() {
		Map<Long, V> taken = Map.copyOf(this.waiting);
		taken.forEach(this.waiting::remove);
		return taken;
	}

	/** What was taken could not be written: it waits again. */
	void putBack(Map<Long, V> values) {
		values.forEach(this.waiting::putIfAbsent);
	}

}
