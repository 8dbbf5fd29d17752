package io.heliograph.broker.store;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import io.heliograph.broker.store.Batch.Operation;
import org.jspecify.annotations.Nullable;

/** A store that ends with the process. Thread-safe. */
public final class MemoryStore implements Store {

	private static final NavigableMap<byte[], byte[]> NO_ROWS = new TreeMap<>(Arrays::compareUnsigned);

	private final Map<Family, NavigableMap<byte[], byte[]>> families = new HashMap<>();

	private final ReadWriteLock lock = new ReentrantReadWriteLock();

	private long position;

	@Override
	public byte @Nullable [] get(Family family, byte[] key) {
		this.lock.readLock().lock();
		try {
			byte[] value = rows(family).get(key);
			return (value != null) ? value.clone() : null;
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	@Override
	public void scan(Family family, KeyRange range, Visitor visitor) {
		visit(family, range, false, visitor);
	}

	@Override
	public void scanBackwards(Family family, KeyRange range, Visitor visitor) {
		visit(family, range, true, visitor);
	}

	private void visit(Family family, KeyRange range, boolean backwards, Visitor visitor) {
		if (range.isEmpty()) {
			return;
		}
		this.lock.readLock().lock();
		try {
			NavigableMap<byte[], byte[]> rows = rows(family).subMap(range.from(), true, range.to(), false);
			for (Map.Entry<byte[], byte[]> row : (backwards ? rows.descendingMap() : rows).entrySet()) {
				if (!visitor.visit(row.getKey().clone(), row.getValue().clone())) {
					return;
				}
			}
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	private NavigableMap<byte[], byte[]> rows(Family family) {
		return this.families.getOrDefault(family, NO_ROWS);
	}

	@Override
	public CompletionStage<Long> commit(Batch batch) {
		this.lock.writeLock().lock();
		try {
			if (Batch.follows(batch, this.position)) {
				batch.operations().forEach(this::apply);
				this.position = batch.position();
			}
		}
		finally {
			this.lock.writeLock().unlock();
		}
		return CompletableFuture.completedFuture(batch.position());
	}

	private void apply(Operation operation) {
		NavigableMap<byte[], byte[]> rows = this.families.computeIfAbsent(operation.family(),
				(family) -> new TreeMap<>(Arrays::compareUnsigned));
		byte[] value = operation.value();
		if (value == null) {
			rows.remove(operation.key());
		}
		else if (operation.kind() == Batch.Kind.DELETE_RANGE) {
			rows.subMap(operation.key(), true, value, false).clear();
		}
		else {
			boolean replaced = rows.put(operation.key(), value) != null;
			if (replaced && operation.family().writtenOnce()) {
				throw new IllegalStateException("a key of " + operation.family()
						+ " is written again, though it is there: " + Arrays.toString(operation.key()));
			}
		}
	}

	@Override
	public long position() {
		this.lock.readLock().lock();
		try {
			return this.position;
		}
		finally {
			this.lock.readLock().unlock();
		}
	}

	@Override
	public void close() {
		// nothing outlives it
	}

}
