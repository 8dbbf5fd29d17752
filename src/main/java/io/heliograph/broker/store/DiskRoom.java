package io.heliograph.broker.store;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.unit.DataSize;

/**
 * Whether a disk has room, looked at when somebody asks. It is logged when there is none
 * any more, and when there was some for a while again: not each time that a disk passes
 * the limit. Thread-safe.
 */
final class DiskRoom {

	private static final Logger log = LoggerFactory.getLogger(DiskRoom.class);

	private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/** For so long there is room without a break before that is logged. */
	private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final long MIB = 1024 * 1024;

	private final Path folder;

	private final LongSupplier freeBytes;

	private final DataSize reserve;

	private final LongSupplier nanoTime;

	/** Held by the one who looks. */
	private final Lock looking = new ReentrantLock();

	private volatile long lookedAt;

	private volatile boolean enough = true;

	private long enoughSince;

	/** Whether the last that was logged is that there is none. */
	private boolean toldOfNone;

	/**
	 * @param folder on the disk
	 * @param freeBytes asks the disk
	 */
	DiskRoom(Path folder, LongSupplier freeBytes, DataSize reserve, LongSupplier nanoTime) {
		this.folder = folder;
		this.freeBytes = freeBytes;
		this.reserve = reserve;
		this.nanoTime = nanoTime;
		look(nanoTime.getAsLong());
	}

	/** Whether no less than the reserve is free, as of the last 100 ms. */
	boolean isEnough() {
		long now = this.nanoTime.getAsLong();
		if (now - this.lookedAt >= INTERVAL_NANOS && this.looking.tryLock()) {
			try {
				look(now);
			}
			finally {
				this.looking.unlock();
			}
		}
		return this.enough;
	}

	/** What is wrong if it is not enough, and what to do. */
	String problem() {
		return "The disk of " + this.folder + " has less than " + text(this.reserve.toBytes())
				+ " left; make room there.";
	}

	private void look(long now) {
		long free = this.freeBytes.getAsLong();
		boolean before = this.enough;
		this.enough = free >= this.reserve.toBytes();
		this.lookedAt = now;
		if (this.enough && !before) {
			this.enoughSince = now;
		}
		if (!this.enough && !this.toldOfNone) {
			this.toldOfNone = true;
			log.warn(
					"The disk of {} has {} left, which is less than {} (heliograph.persistence.disk-reserve). Until there "
							+ "is more, messages that are to be kept, new sessions that are, and what these subscribe to "
							+ "are refused; what waits is delivered. Make room there.",
					this.folder, text(free), text(this.reserve.toBytes()));
		}
		else if (this.enough && this.toldOfNone && now - this.enoughSince >= QUIET_NANOS) {
			this.toldOfNone = false;
			log.info("The disk of {} has {} left: nothing is refused for that any more.", this.folder, text(free));
		}
	}

	private static String text(long bytes) {
		return (bytes % MIB == 0 || bytes >= 10 * MIB) ? bytes / MIB + " MB" : bytes / 1024 + " kB";
	}

}
