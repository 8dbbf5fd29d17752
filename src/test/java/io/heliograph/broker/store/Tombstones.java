package io.heliograph.broker.store;

import java.util.Arrays;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.heliograph.broker.store.Batch.Operation;

/**
 * What was deleted singly, as a database that merges its files late has it: who looks for
 * rows has to pass over it. Thread-safe.
 */
public final class Tombstones {

	private final Map<Family, NavigableSet<byte[]>> deleted = new ConcurrentHashMap<>();

	private final Map<Family, Integer> passed = new ConcurrentHashMap<>();

	/** A batch is applied. */
	public synchronized void add(Batch batch) {
		for (Operation operation : batch.operations()) {
			NavigableSet<byte[]> keys = of(operation.family());
			switch (operation.kind()) {
				case PUT -> keys.remove(operation.key());
				case DELETE -> keys.add(operation.key());
				case DELETE_RANGE -> {
				}
			}
		}
	}

	private NavigableSet<byte[]> of(Family family) {
		return this.deleted.computeIfAbsent(family, (name) -> new TreeSet<>(Arrays::compareUnsigned));
	}

	/** All rows of a range were looked for. */
	public synchronized void pass(Family family, KeyRange range) {
		if (!range.isEmpty()) {
			this.passed.merge(family, of(family).subSet(range.from(), range.to()).size(), Integer::sum);
		}
	}

	/** How many were passed over. */
	public int passed(Family family) {
		return this.passed.getOrDefault(family, 0);
	}

}
