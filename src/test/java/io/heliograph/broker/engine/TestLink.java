package io.heliograph.broker.engine;

import java.util.concurrent.atomic.AtomicInteger;

import io.heliograph.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/** A connection without a network. Thread-safe. */
public final class TestLink implements Link {

	private final AtomicInteger wakes = new AtomicInteger();

	private volatile @Nullable ReasonCode closed;

	/** How often it was asked to pump. */
	int wakes() {
		return this.wakes.get();
	}

	/** Why it was asked to end, or null. */
	@Nullable ReasonCode closed() {
		return this.closed;
	}

	@Override
	public void wake() {
		this.wakes.incrementAndGet();
	}

	@Override
	public void close(ReasonCode reason) {
		this.closed = reason;
	}

}
