package io.heliograph.broker.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * A store whose batches are seen at once, and durable when the test says so; what is not
 * is lost when the power is cut. Thread-safe.
 */
final class LaggingStore implements Store {

	private final MemoryStore seen = new MemoryStore();

	private final List<Batch> durable;

	private final Deque<Unsynced> unsynced = new ArrayDeque<>();

	private boolean lags;

	private boolean cut;

	/**
	 * One that goes on with what another has left.
	 * @param durable the batches that it has from its beginning
	 */
	LaggingStore(List<Batch> durable) {
		this.durable = new ArrayList<>(durable);
		durable.forEach(this.seen::commit);
	}

	/** From here on batches are durable when they are synced. */
	synchronized void lag() {
		this.lags = true;
	}

	/** Makes some of the batches durable, the first ones. */
	void sync(int batches) {
		for (int i = 0; i < batches; i++) {
			Unsynced next;
			synchronized (this) {
				next = this.unsynced.poll();
				if (next == null) {
					return;
				}
				this.durable.add(next.batch);
			}
			next.stage.complete(next.batch.position());
		}
	}

	/** How many batches are not durable. */
	synchronized int unsynced() {
		return this.unsynced.size();
	}

	/** Makes all durable, from here on at once. */
	void syncAll() {
		sync(Integer.MAX_VALUE);
		synchronized (this) {
			this.lags = false;
		}
		sync(Integer.MAX_VALUE);
	}

	/** Cuts the power; returns what is left. */
	List<Batch> cut() {
		List<Unsynced> lost;
		synchronized (this) {
			this.cut = true;
			lost = List.copyOf(this.unsynced);
		}
		lost.forEach((one) -> one.stage.completeExceptionally(new IllegalStateException("the power is cut")));
		return this.durable;
	}

	@Override
	public synchronized CompletionStage<Long> commit(Batch batch) {
		if (this.cut) {
			throw new IllegalStateException("the power is cut");
		}
		CompletionStage<Long> stage = this.seen.commit(batch);
		if (!this.lags) {
			this.durable.add(batch);
			return stage;
		}
		Unsynced unsynced = new Unsynced(batch, new CompletableFuture<>());
		this.unsynced.add(unsynced);
		return unsynced.stage;
	}

	@Override
	public byte @Nullable [] get(Family family, byte[] key) {
		return this.seen.get(family, key);
	}

	@Override
	public void scan(Family family, KeyRange range, Visitor visitor) {
		this.seen.scan(family, range, visitor);
	}

	@Override
	public void scanBackwards(Family family, KeyRange range, Visitor visitor) {
		this.seen.scanBackwards(family, range, visitor);
	}

	@Override
	public long position() {
		return this.seen.position();
	}

	@Override
	public void close() {
		// nothing outlives it but what is durable
	}

	/** A batch that a cut takes. */
	private record Unsynced(Batch batch, CompletableFuture<Long> stage) {
	}

}
