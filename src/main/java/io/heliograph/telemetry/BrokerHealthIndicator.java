package io.heliograph.telemetry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.heliograph.broker.BrokerLife;
import io.heliograph.broker.BrokerLife.Listener;
import io.heliograph.broker.StoreLife;
import io.heliograph.broker.Undelivered;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the broker serves devices: its store is open, each listener is bound, and a
 * canary passes through every event loop and back, those that accept too.
 */
@Component
final class BrokerHealthIndicator implements HealthIndicator {

	private static final long TIMEOUT_MILLIS = 2000;

	private final BrokerLife life;

	private final StoreLife store;

	private final Undelivered undelivered;

	BrokerHealthIndicator(BrokerLife life, StoreLife store, Undelivered undelivered) {
		this.life = life;
		this.store = store;
		this.undelivered = undelivered;
	}

	@Override
	public Health health() {
		List<Listener> listeners = this.life.listeners();
		Map<String, String> details = new LinkedHashMap<>();
		listeners.forEach((listener) -> details.put(listener.name(),
				listener.bound() ? "listens on " + listener.authority() : "does not listen"));
		Health.Builder health = Health.up()
			.withDetail("listeners", details)
			.withDetail("undelivered", this.undelivered.counts());
		String failure = this.store.failure().map(StoreLife.Failure::reason).orElse(null);
		if (failure != null) {
			return health.down().withDetail("reason", failure).build();
		}
		if (listeners.isEmpty() || !listeners.stream().allMatch(Listener::bound)) {
			return health.down().withDetail("reason", "not every listener is bound").build();
		}
		long start = System.nanoTime();
		try {
			this.life.canary().toCompletableFuture().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			return health.down()
				.withDetail("reason", "an event loop did not answer within " + TIMEOUT_MILLIS + " ms")
				.build();
		}
		catch (ExecutionException ex) {
			return health.down().withDetail("reason", "an event loop has ended").build();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return health.unknown().build();
		}
		long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
		return health.withDetail("canaryMicros", micros).build();
	}

}
