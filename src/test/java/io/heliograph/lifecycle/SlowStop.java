package io.heliograph.lifecycle;

import java.util.concurrent.TimeUnit;

/**
 * A program with a deadline for its stop. Its arguments: the seconds until the deadline,
 * and the seconds that its stop takes.
 */
final class SlowStop {

	private SlowStop() {
	}

	public static void main(String[] arguments) {
		long deadline = Long.parseLong(arguments[0]);
		long takes = Long.parseLong(arguments[1]);
		StopDeadline.set(deadline);
		Runtime.getRuntime().addShutdownHook(new Thread(() -> {
			try {
				TimeUnit.SECONDS.sleep(takes);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}));
		System.exit(0);
	}

}
