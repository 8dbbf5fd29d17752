package io.heliograph.storage;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a snapshot soon after a change, on a thread of its own. While that fails it is
 * tried again, each time after a longer while.
 */
final class SnapshotTask implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SnapshotTask.class);

	/** Often enough for a snapshot to be there a second after its change. */
	private static final long CHECK_MILLIS = 500;

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

	private final Supplier<Snapshot> database;

	private final Snapshots snapshots;

	private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "snapshots");
		thread.setDaemon(true);
		return thread;
	});

	private volatile boolean due;

	private volatile boolean cancelled;

	private volatile @Nullable String failure;

	private Duration pause = FIRST_PAUSE;

	private long pausedSince;

	/**
	 * @param database reads the database, or throws {@link ChangeRefused} while a change
	 * is made
	 */
	SnapshotTask(Supplier<Snapshot> database, Snapshots snapshots) {
		this.database = database;
		this.snapshots = snapshots;
		this.thread.scheduleWithFixedDelay(this::check, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
	}

	/** The database has changed. Any thread. */
	void schedule() {
		this.due = true;
	}

	/** The database has changed, and is written before this returns. Any thread. */
	void writeNow() {
		schedule();
		write();
	}

	/** The database is not to be read any more. Any thread. */
	void cancel() {
		this.cancelled = true;
	}

	/** Why the last try failed, until one succeeds. Any thread. */
	Optional<String> failure() {
		return Optional.ofNullable(this.failure);
	}

	private void check() {
		if (this.failure == null || System.nanoTime() - this.pausedSince >= this.pause.toNanos()) {
			write();
		}
	}

	private synchronized void write() {
		if (!this.due || this.cancelled) {
			return;
		}
		this.due = false;
		try {
			this.snapshots.write(this.database.get());
			if (this.failure != null) {
				logger.info("Snapshots of the database are written again");
			}
			this.failure = null;
			this.pause = FIRST_PAUSE;
		}
		catch (ChangeRefused ex) {
			// a change takes its time, and is the one to look at: this waits for its end
			this.due = true;
		}
		catch (Throwable ex) {
			this.due = true;
			if (this.failure == null) {
				logger.error("The snapshot of the database cannot be written; it is tried again until it can", ex);
			}
			else {
				Duration longer = this.pause.multipliedBy(2);
				this.pause = (longer.compareTo(LONGEST_PAUSE) < 0) ? longer : LONGEST_PAUSE;
			}
			this.failure = String.valueOf(ex);
			this.pausedSince = System.nanoTime();
		}
	}

	/** Writes the snapshot that is due. */
	@Override
	public void close() {
		this.thread.shutdown();
		write();
	}

}
