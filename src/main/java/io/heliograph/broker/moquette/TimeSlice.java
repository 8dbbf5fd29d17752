package io.heliograph.broker.moquette;

/**
 * How long a connection has kept its event loop, so that one that asks for much lets the
 * others have their turn. On the event loop.
 */
final class TimeSlice {

	private static final long NANOS = 5_000_000;

	/** By {@link System#nanoTime}; 0 before it began. */
	private long began;

	/** Begins one if there is none. */
	void begin() {
		if (this.began == 0) {
			this.began = System.nanoTime() | 1;
		}
	}

	void end() {
		this.began = 0;
	}

	/** Whether it was long enough. */
	boolean isOver() {
		return this.began != 0 && System.nanoTime() - this.began > NANOS;
	}

}
