package io.heliograph.broker.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

import io.heliograph.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/** A connection without a network. Thread-safe. */
public final class TestLink implements Link {

	private final Predicate<Copy> takes;

	private final AtomicInteger wakes = new AtomicInteger();

	private volatile @Nullable ReasonCode closed;

	private final AtomicReference<@Nullable Runnable> onNextWake = new AtomicReference<>();

	/** One that takes what it is sent. */
	public TestLink() {
		this((copy) -> true);
	}

	/**
	 * @param takes whether a copy is not too large for it
	 */
	TestLink(Predicate<Copy> takes) {
		this.takes = takes;
	}

	/** How often it was asked to pump. */
	int wakes() {
		return this.wakes.get();
	}

	/** Does something when it is asked to pump, once. */
	void onNextWake(Runnable action) {
		this.onNextWake.set(action);
	}

	/** Why it was asked to end, or null. */
	@Nullable ReasonCode closed() {
		return this.closed;
	}

	@Override
	public void wake() {
		this.wakes.incrementAndGet();
		Runnable action = this.onNextWake.getAndSet(null);
		if (action != null) {
			action.run();
		}
	}

	@Override
	public boolean takes(Copy copy) {
		return this.takes.test(copy);
	}

	@Override
	public void close(ReasonCode reason) {
		this.closed = reason;
	}

}
