package io.heliograph.broker.engine;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;
import io.heliograph.broker.store.Tombstones;
import org.jspecify.annotations.Nullable;

/** A store that takes no more at a moment, as if the process had ended then. */
final class CutStore implements Store {

	private final MemoryStore store = new MemoryStore();

	private boolean held;

	private boolean waits;

	/** Whether the one that waits may go on. */
	private boolean released;

	private int left = Integer.MAX_VALUE;

	private int largest;

	private final Map<Family, Integer> scans = new ConcurrentHashMap<>();

	private final Map<Family, Integer> visits = new ConcurrentHashMap<>();

	/** What was deleted, which those who look for rows have to pass over. */
	private final Tombstones tombstones = new Tombstones();

	/** What is there after the end. */
	MemoryStore kept() {
		return this.store;
	}

	/** From here on commits wait. */
	synchronized void hold() {
		this.held = true;
	}

	/** Waits until a commit waits. */
	synchronized void awaitCommit() {
		try {
			while (!this.waits) {
				wait();
			}
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Lets the commit that waits be done; the next one waits. */
	synchronized void releaseOne() {
		this.released = true;
		this.waits = false;
		notifyAll();
	}

	/** Lets some commits be done, and none after them. */
	synchronized void release(int commits) {
		this.held = false;
		this.left = commits;
		notifyAll();
	}

	/** How many changes the largest batch had. */
	synchronized int largest() {
		return this.largest;
	}

	@Override
	public CompletionStage<Long> commit(Batch batch) {
		synchronized (this) {
			this.largest = Math.max(this.largest, batch.size());
			this.waits = this.held;
			notifyAll();
			try {
				while (this.held && !this.released) {
					wait();
				}
				this.released = false;
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			if (this.left-- <= 0) {
				return CompletableFuture.failedFuture(new IllegalStateException("the process has ended"));
			}
		}
		this.tombstones.add(batch);
		return this.store.commit(batch);
	}

	@Override
	public byte @Nullable [] get(Family family, byte[] key) {
		return this.store.get(family, key);
	}

	/** How many rows of a family were looked at. */
	int visits(Family family) {
		return this.visits.getOrDefault(family, 0);
	}

	/** How many deleted rows of a family were passed over. */
	int passed(Family family) {
		return this.tombstones.passed(family);
	}

	/** How often rows of a family were looked for. */
	int scans(Family family) {
		return this.scans.getOrDefault(family, 0);
	}

	@Override
	public void scan(Family family, KeyRange range, Visitor visitor) {
		this.scans.merge(family, 1, Integer::sum);
		byte[][] last = { range.to() };
		this.store.scan(family, range, (key, value) -> {
			this.visits.merge(family, 1, Integer::sum);
			boolean more = visitor.visit(key, value);
			last[0] = more ? range.to() : key;
			return more;
		});
		this.tombstones.pass(family, new KeyRange(range.from(), last[0]));
	}

	@Override
	public void scanBackwards(Family family, KeyRange range, Visitor visitor) {
		this.store.scanBackwards(family, range, visitor);
	}

	@Override
	public long position() {
		return this.store.position();
	}

	@Override
	public void close() {
		// nothing outlives it
	}

}
