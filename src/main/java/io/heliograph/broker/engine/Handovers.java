package io.heliograph.broker.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes sessions that ended out of the index, and gives what members of groups leave to
 * the others: on a thread of its own, in order, so that nobody who ends a session waits
 * for that. What fails is logged, and the rest goes on. Thread-safe.
 */
final class Handovers implements Refusals, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(Handovers.class);

	private static final int PORTION = 100;

	/** A copy that so many members could not deliver goes to no other. */
	private static final int MAX_REFUSALS = 16;

	/** How many refused copies may wait here; they take no room in a queue. */
	private static final int MAX_REFUSED = 10_000;

	private final AtomicInteger refusedCopies = new AtomicInteger();

	/** Those who have more than may wait here. */
	private final Set<Outbound> held = ConcurrentHashMap.newKeySet();

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
	 * A session ended. Does not block.
	 * @param subscriptions what it was subscribed to
	 * @param left what others of a group may have in its place, in order
	 */
	void ended(List<Subscription> subscriptions, List<Copy> left) {
		if (!subscriptions.isEmpty()) {
			this.thread.execute(() -> each(subscriptions, this.router::unsubscribe));
		}
		if (!left.isEmpty()) {
			this.thread.execute(() -> passOn(left));
		}
	}

	/** In portions, between which other sessions have their turn. */
	private void passOn(List<Copy> left) {
		int portion = Math.min(PORTION, left.size());
		each(left.subList(0, portion), (copy) -> passOn(copy, copy.refusedBy(), Drop.SESSION_ENDED));
		if (portion < left.size()) {
			this.thread.execute(() -> passOn(left.subList(portion, left.size())));
		}
	}

	@Override
	public boolean refused(Outbound by, Copy copy, Drop why) {
		if (copy.refusedBy().size() + 1 >= MAX_REFUSALS) {
			this.drops.count(why);
			return true;
		}
		if (this.refusedCopies.get() >= MAX_REFUSED) {
			this.held.add(by);
			if (this.refusedCopies.get() >= MAX_REFUSED) {
				return false;
			}
		}
		this.refusedCopies.incrementAndGet();
		this.thread.execute(() -> {
			if (this.refusedCopies.decrementAndGet() < MAX_REFUSED / 2) {
				wakeHeld();
			}
			each(List.of(copy), (refused) -> {
				Set<Outbound> refusedBy = new HashSet<>(refused.refusedBy());
				refusedBy.add(by);
				passOn(refused, refusedBy, why);
			});
		});
		return true;
	}

	private void wakeHeld() {
		each(List.copyOf(this.held), (member) -> {
			this.held.remove(member);
			member.wake();
		});
	}

	private <T> void each(List<T> items, Consumer<T> action) {
		for (T item : items) {
			if (this.thread.isShutdown()) {
				return;
			}
			try {
				action.accept(item);
			}
			catch (Throwable ex) {
				logger.error("A handover failed", ex);
			}
		}
	}

	private void passOn(Copy copy, Set<Outbound> refusedBy, Drop why) {
		boolean passed = false;
		try {
			passed = this.router.passOn(copy, refusedBy);
		}
		finally {
			if (!passed) {
				this.drops.count(why);
			}
		}
	}

	/** What is not handed over by now never is. */
	@Override
	public void close() {
		this.thread.shutdownNow();
	}

}
