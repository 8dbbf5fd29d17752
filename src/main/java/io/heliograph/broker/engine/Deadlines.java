package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what is due by the clock, some tenths of a second late at most. Thread-safe. */
final class Deadlines implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Deadlines.class);

	private static final long TICK_MILLIS = 100;

	private final Clock clock;

	private final PriorityQueue<Deadline> queue = new PriorityQueue<>(Comparator.comparing(Deadline::when));

	private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "heliograph-deadlines");
		thread.setDaemon(true);
		return thread;
	});

	Deadlines(Clock clock) {
		this.clock = clock;
		this.ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
	}

	/** Runs an action once the clock shows this instant, on the thread of this object. */
	Deadline at(Instant when, Runnable action) {
		Deadline deadline = new Deadline(when, action);
		synchronized (this.queue) {
			this.queue.add(deadline);
		}
		return deadline;
	}

	void cancel(@Nullable Deadline deadline) {
		if (deadline != null) {
			synchronized (this.queue) {
				this.queue.remove(deadline);
			}
		}
	}

	private void tick() {
		for (Deadline due = next(); due != null; due = next()) {
			try {
				due.action().run();
			}
			catch (Throwable ex) {
				logger.error("A deadline failed", ex);
			}
		}
	}

	private @Nullable Deadline next() {
		synchronized (this.queue) {
			Deadline first = this.queue.peek();
			return (first != null && !first.when().isAfter(this.clock.instant())) ? this.queue.poll() : null;
		}
	}

	@Override
	public void close() {
		this.ticker.shutdownNow();
	}

	/** What is to be done when. Two are equal only if they are the same. */
	static final class Deadline {

		private final Instant when;

		private final Runnable action;

		Deadline(Instant when, Runnable action) {
			this.when = when;
			this.action = action;
		}

		Instant when() {
			return this.when;
		}

		Runnable action() {
			return this.action;
		}

	}

}
