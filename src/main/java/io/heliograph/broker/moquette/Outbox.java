package io.heliograph.broker.moquette;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.channel.EventLoop;

/**
 * The connections of one event loop that have something to send. They are flushed once,
 * after the reads and tasks of the present round, however much came together for each of
 * them.
 */
final class Outbox {

	private final EventLoop loop;

	private final Clock clock;

	private final Queue<Connection> waiting = new ConcurrentLinkedQueue<>();

	private final List<Connection> round = new ArrayList<>();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	Outbox(EventLoop loop, Clock clock) {
		this.clock = clock;
		this.loop = loop;
	}

	/** Has a connection written on the next turn of the event loop. Any thread. */
	void add(Connection connection) {
		this.waiting.add(connection);
		if (this.scheduled.compareAndSet(false, true)) {
			try {
				this.loop.execute(this::flush);
			}
			catch (RejectedExecutionException ex) {
				// the event loops have ended, and all connections with them
			}
		}
	}

	private void flush() {
		this.scheduled.set(false);
		// those that come meanwhile wait for the next round: others use the loop, too
		for (Connection next = this.waiting.poll(); next != null; next = this.waiting.poll()) {
			this.round.add(next);
		}
		Instant now = this.clock.instant();
		for (Connection connection : this.round) {
			try {
				connection.flush(now);
			}
			catch (Throwable ex) {
				connection.fail(ex);
			}
		}
		this.round.clear();
	}

}
