package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what is due by the clock, some tenths of a second late at most. Thread-safe. */
final class Deadlines implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Deadlines.class);

	private static final long TICK_MILLIS = 100;

	private final Clock clock;

	private final NavigableSet<Deadline> queue = new TreeSet<>(
			Comparator.comparing(Deadline::when).thenComparing(Deadline::number));

	private long lastNumber;

	private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "heliograph-deadlines");
		thread.setDaemon(true);
		return thread;
	});

	Deadlines(Clock clock) {
		this.clock = clock;
		this.ticker.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
	}

	/**
	 * Runs an action once the clock shows this instant, on the thread of this object.
	 * @param action takes the deadline, which may have been cancelled meanwhile
	 */
	Deadline at(Instant when, Consumer<Deadline> action) {
		synchronized (this.queue) {
			Deadline deadline = new Deadline(when, ++this.lastNumber, action);
			this.queue.add(deadline);
			return deadline;
		}
	}

	/** Runs an action again and again, on the thread of this object. */
	void every(long seconds, Runnable action) {
		at(this.clock.instant().plusSeconds(seconds), (deadline) -> {
			every(seconds, action);
			action.run();
		});
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
				due.action().accept(due);
			}
			catch (Throwable ex) {
				logger.error("A deadline failed", ex);
			}
		}
	}

	private @Nullable Deadline next() {
		synchronized (this.queue) {
			boolean due = !this.queue.isEmpty() && !this.queue.first().when().isAfter(this.clock.instant());
			return due ? this.queue.pollFirst() : null;
		}
	}

	@Override
	public void close() {
		this.ticker.shutdownNow();
	}

	/**
	 * What is to be done when.
	 *
	 * @param number tells it from others at the same instant
	 */
	record Deadline(Instant when, long number, Consumer<Deadline> action) {
	}

}
