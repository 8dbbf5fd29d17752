package io.heliograph.broker.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The thread that brings to the disk, in one go, all batches that were written until
 * then, and tells those who wait for it. Meanwhile more are written; so nobody waits
 * longer than two such turns take.
 */
final class GroupSync implements AutoCloseable {

	private static final long MARK_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** With nothing new on the disk: the mark tells how long the store was in use. */
	private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

	static final String UNKNOWN = "what was committed could not be brought to the disk";

	private final Disk disk;

	private final SyncMode mode;

	private final Marker marker;

	private final Thread thread;

	private final Object monitor = new Object();

	/** Guarded by the monitor, as are the next two, and changes of the third. */
	private List<Waiting> waiting = new ArrayList<>();

	private long written;

	private boolean closing;

	private volatile @Nullable StoreFailed failure;

	/** The thread's own, but that others may read it. */
	private volatile long synced;

	/** The thread's own, as are the next two. */
	private long syncedAt = System.nanoTime();

	private long marked;

	private long markedAt = System.nanoTime() - MARK_NANOS;

	private final AtomicLong syncs = new AtomicLong();

	private volatile long longestNanos;

	/**
	 * @param position that of the last batch; it is on the disk, which is noted
	 * @param marker notes what is on the disk
	 */
	GroupSync(Disk disk, SyncMode mode, long position, Marker marker) {
		this.disk = disk;
		this.mode = mode;
		this.marker = marker;
		this.marked = position;
		this.written = position;
		this.synced = position;
		this.thread = new Thread(this::run, "heliograph-store");
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/**
	 * Notes that a batch was written.
	 * @param began when that began, in nanoseconds
	 * @return completes when it is as durable as the mode says
	 * @throws StoreFailed if the store has failed
	 */
	CompletionStage<Long> written(long position, long began) {
		CompletableFuture<Long> stage = new CompletableFuture<>();
		synchronized (this.monitor) {
			throwIfFailed();
			this.written = Math.max(this.written, position);
			this.waiting.add(new Waiting(position, began, stage));
			this.monitor.notifyAll();
		}
		return stage;
	}

	private StoreFailed fail(String message, Throwable cause) {
		return fail(new StoreFailed(message, cause));
	}

	/**
	 * Lets all that waits fail, and all that comes.
	 * @return what is to be thrown
	 */
	StoreFailed fail(StoreFailed failed) {
		synchronized (this.monitor) {
			if (this.failure == null) {
				this.failure = failed;
			}
			this.monitor.notifyAll();
			return failed;
		}
	}

	/**
	 * @throws StoreFailed if the store has failed
	 */
	void throwIfFailed() {
		StoreFailed before = this.failure;
		if (before != null) {
			throw new StoreFailed("the store has failed before: " + before.getMessage(), before);
		}
	}

	private void run() {
		try {
			try {
				while (turn()) {
					// until it is closed
				}
			}
			catch (RocksDBException | RuntimeException | Error ex) {
				fail((ex instanceof StoreFailed failed) ? failed : new StoreFailed(UNKNOWN, ex));
				while (turnOfFailure()) {
					// until it is closed
				}
			}
		}
		catch (InterruptedException ex) {
			fail("the thread of the store was interrupted", ex);
		}
	}

	private boolean turn() throws RocksDBException, InterruptedException {
		List<Waiting> turn;
		long until;
		boolean last;
		synchronized (this.monitor) {
			awaitWork();
			if (this.failure != null) {
				throw this.failure;
			}
			turn = this.waiting;
			this.waiting = new ArrayList<>();
			until = this.written;
			last = this.closing;
		}
		try {
			if (!this.mode.isAlways()) {
				complete(turn);
			}
			if (until > this.synced && (last || nanosToSync() <= 0)) {
				sync(until);
			}
		}
		catch (RocksDBException | RuntimeException | Error ex) {
			StoreFailed failed = fail(UNKNOWN, ex);
			turn.forEach((one) -> one.stage().completeExceptionally(failed));
			throw ex;
		}
		complete(turn);
		mark(last);
		return !last;
	}

	private void sync(long until) throws RocksDBException {
		this.disk.sync();
		this.synced = until;
		this.syncedAt = System.nanoTime();
		this.syncs.incrementAndGet();
	}

	/** The last batch that is on the disk. Any thread. */
	long synced() {
		return this.synced;
	}

	private void complete(List<Waiting> turn) {
		for (Waiting one : turn) {
			if (one.stage().complete(one.position())) {
				this.longestNanos = Math.max(this.longestNanos, System.nanoTime() - one.began());
			}
		}
	}

	/** Notes what is on the disk, and when, once a second at most. */
	private void mark(boolean last) {
		if (last || nanosToMark() <= 0) {
			this.marker.mark(this.synced);
			this.marked = this.synced;
			this.markedAt = System.nanoTime();
		}
	}

	/** Waits until there is a batch, or until something else is due. */
	private void awaitWork() throws InterruptedException {
		while (this.waiting.isEmpty() && !this.closing && this.failure == null) {
			long nanos = Long.MAX_VALUE;
			if (this.written > this.synced) {
				nanos = nanosToSync();
			}
			nanos = Math.min(nanos, nanosToMark());
			if (nanos <= 0) {
				return;
			}
			this.monitor.wait(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
		}
	}

	private long nanosToSync() {
		Duration interval = this.mode.interval();
		return (interval != null) ? this.syncedAt + interval.toNanos() - System.nanoTime() : Long.MAX_VALUE;
	}

	private long nanosToMark() {
		return this.markedAt + ((this.synced > this.marked) ? MARK_NANOS : IDLE_NANOS) - System.nanoTime();
	}

	private boolean turnOfFailure() throws InterruptedException {
		List<Waiting> turn;
		boolean last;
		StoreFailed failed;
		synchronized (this.monitor) {
			while (this.waiting.isEmpty() && !this.closing) {
				this.monitor.wait();
			}
			turn = this.waiting;
			this.waiting = new ArrayList<>();
			last = this.closing;
			failed = this.failure;
		}
		turn.forEach((one) -> one.stage().completeExceptionally(failed));
		return !last;
	}

	long syncs() {
		return this.syncs.get();
	}

	Duration longest() {
		return Duration.ofNanos(this.longestNanos);
	}

	/**
	 * @throws IllegalStateException on the thread of this
	 */
	void refuseItsThread() {
		if (Thread.currentThread() == this.thread) {
			throw new IllegalStateException("a stage of the store cannot close it");
		}
	}

	/**
	 * Brings all that was written to the disk, unless the store has failed, and ends the
	 * thread. Nothing may be written any more.
	 */
	@Override
	public void close() {
		synchronized (this.monitor) {
			this.closing = true;
			this.monitor.notifyAll();
		}
		boolean interrupted = false;
		while (this.thread.isAlive()) {
			try {
				this.thread.join();
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/** What batches are brought to. */
	@FunctionalInterface
	interface Disk {

		/** Brings to it all that was written before. */
		void sync() throws RocksDBException;

	}

	/** Notes what is on the disk. */
	@FunctionalInterface
	interface Marker {

		/**
		 * Notes it; logs what fails.
		 * @param position that of the last batch on the disk
		 * @throws StoreFailed if the files of the store are gone, or fail
		 */
		void mark(long position);

	}

	/**
	 * One who waits for a batch.
	 *
	 * @param began when the batch came, in nanoseconds
	 */
	private record Waiting(long position, long began, CompletableFuture<Long> stage) {
	}

}
