package io.heliograph.broker.engine;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does one thing again and again, never twice at once, for those who may hold what it
 * needs: on a thread of its own, which ends when nobody has asked for more. Thread-safe.
 */
final class Aside {

	private final String name;

	private final Runnable action;

	/** How often it was asked for since it was last at rest. */
	private final AtomicInteger asked = new AtomicInteger();

	/**
	 * @param action does not throw
	 */
	Aside(String name, Runnable action) {
		this.name = name;
		this.action = action;
	}

	/** Does it, and all that is asked for meanwhile, on the thread of the caller. */
	void run() {
		if (this.asked.getAndIncrement() == 0) {
			runAll();
		}
	}

	/** Has it done once from here on. Does not wait. */
	void start() {
		if (this.asked.getAndIncrement() > 0) {
			return;
		}
		try {
			Thread thread = new Thread(this::runAll, this.name);
			thread.setDaemon(true);
			thread.start();
		}
		catch (Throwable ex) {
			// else nobody after this would start one
			this.asked.set(0);
			throw ex;
		}
	}

	private void runAll() {
		int done;
		do {
			done = this.asked.get();
			this.action.run();
		}
		while (!this.asked.compareAndSet(done, 0));
	}

}
