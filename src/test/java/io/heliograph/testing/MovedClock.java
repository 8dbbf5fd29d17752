package io.heliograph.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Stands still but where it is moved. */
public final class MovedClock extends Clock {

	private volatile Instant now = Instant.parse("2026-11-24T12:00:00Z");

	private volatile Runnable beforeReading = () -> {
	};

	public void move(Duration duration) {
		this.now = this.now.plus(duration);
	}

	/** What is done, on the thread that asks, before each reading from here on. */
	public void beforeReading(Runnable action) {
		this.beforeReading = action;
	}

	@Override
	public Instant instant() {
		this.beforeReading.run();
		return this.now;
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		return this;
	}

}
