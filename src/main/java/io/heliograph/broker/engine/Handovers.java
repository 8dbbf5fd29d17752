package io.heliograph.broker.engine;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives what members of groups leave to others of them, and takes sessions that ended out
 * of the index. What fails is logged, and the rest goes on. Thread-safe.
 */
final class Handovers implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Handovers.class);

	/** How much of what a session leaves is done before others have their turn. */
	private static final int PORTION = 16;

	private final Router router;

	private final Drops drops;

	/** After its end it discards what comes, without a word. */
	private final ExecutorService thread = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
			new LinkedBlockingQueue<>(), Handovers::daemon, new ThreadPoolExecutor.DiscardPolicy());

	Handovers(Router router, Drops drops) {
		this.router = router;
		this.drops = drops;
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "heliograph-handovers");
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * A session ended. Does not block: the rest is done on a thread of this object.
	 * @param subscriptions what it was subscribed to
	 * @param left what others of a group may have in its place, in order
	 */
	void ended(List<Subscription> subscriptions, List<Copy> left) {
		inPortions(subscriptions.iterator(), this.router::unsubscribe);
		inPortions(left.iterator(), (copy) -> handOver(copy, Drop.SESSION_ENDED));
	}

	private <T> void inPortions(Iterator<T> items, Consumer<T> action) {
		if (items.hasNext()) {
			this.thread.execute(() -> {
				for (int i = 0; i < PORTION && items.hasNext() && !this.thread.isShutdown(); i++) {
					T item = items.next();
					attempt(() -> action.accept(item));
				}
				inPortions(items, action);
			});
		}
	}

	/**
	 * A member cannot deliver a copy. On the thread of its connection, without a lock.
	 * @param why what is counted if no other can have it
	 */
	void undeliverable(Copy copy, Drop why) {
		attempt(() -> handOver(copy, why));
	}

	private void handOver(Copy copy, Drop why) {
		boolean done = false;
		try {
			done = this.router.handOver(copy);
		}
		finally {
			if (!done) {
				this.drops.count(why);
			}
		}
	}

	private static void attempt(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			logger.error("A handover failed", ex);
		}
	}

	/** What is not handed over by now never is. */
	@Override
	public void close() {
		this.thread.shutdownNow();
	}

}
