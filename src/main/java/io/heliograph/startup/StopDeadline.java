package io.heliograph.startup;

import java.util.concurrent.TimeUnit;

/** Ends a stop that hangs, for whoever waits for the process to end. */
public final class StopDeadline {

	private static final long SECONDS = 60;

	private StopDeadline() {
	}

	/** Lets the process end at the latest a minute after it was asked to. */
	public static void set() {
		Runtime.getRuntime().addShutdownHook(new Thread(StopDeadline::start, "stop"));
	}

	private static void start() {
		Thread deadline = new Thread(StopDeadline::waitAndEnd, "stop-deadline");
		deadline.setDaemon(true);
		deadline.start();
	}

	private static void waitAndEnd() {
		try {
			TimeUnit.SECONDS.sleep(SECONDS);
			Runtime.getRuntime().halt(1);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
