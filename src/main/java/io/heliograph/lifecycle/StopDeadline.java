package io.heliograph.lifecycle;

import java.util.concurrent.TimeUnit;

/** Ends a stop that hangs, for whoever waits for the process to end. */
public final class StopDeadline {

	private static final long SECONDS = 60;

	private StopDeadline() {
	}

	/** Lets the process end at the latest a minute after it was asked to. */
	public static void set() {
		set(SECONDS);
	}

	static void set(long seconds) {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> start(seconds), "stop"));
	}

	private static void start(long seconds) {
		Thread deadline = new Thread(() -> waitAndEnd(seconds), "stop-deadline");
		deadline.setDaemon(true);
		deadline.start();
	}

	private static void waitAndEnd(long seconds) {
		try {
			TimeUnit.SECONDS.sleep(seconds);
			Runtime.getRuntime().halt(1);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
