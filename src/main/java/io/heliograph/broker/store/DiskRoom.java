package io.heliograph.broker.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Whether a disk has room, looked at now and then. Thread-safe. */
final class DiskRoom {

	private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	private final LongSupplier freeBytes;

	private final long reserveBytes;

	private final LongSupplier nanoTime;

	private final AtomicLong lookedAt;

	private volatile boolean enough;

	DiskRoom(LongSupplier freeBytes, long reserveBytes, LongSupplier nanoTime) {
		this.freeBytes = freeBytes;
		this.reserveBytes = reserveBytes;
		this.nanoTime = nanoTime;
		this.lookedAt = new AtomicLong(nanoTime.getAsLong());
		look();
	}

	/** Whether more than the reserve is free, as of the last 100 ms. */
	boolean isEnough() {
		long now = this.nanoTime.getAsLong();
		long last = this.lookedAt.get();
		if (now - last >= INTERVAL_NANOS && this.lookedAt.compareAndSet(last, now)) {
			look();
		}
		return this.enough;
	}

	private void look() {
		this.enough = this.freeBytes.getAsLong() >= this.reserveBytes;
	}

}
