package io.heliograph.telemetry;

import io.heliograph.broker.StoreStatus;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether what devices are sent can be kept. */
@Component
final class StoreHealthIndicator implements HealthIndicator {

	private final StoreStatus store;

	StoreHealthIndicator(StoreStatus store) {
		this.store = store;
	}

	@Override
	public Health health() {
		Health.Builder health = this.store.problem()
			.map((problem) -> Health.down().withDetail("reason", problem))
			.orElseGet(Health::up);
		health.withDetail("promise", this.store.promise());
		this.store.missing().ifPresent((missing) -> health.withDetail("missing", missing));
		return health.withDetails(this.store.figures()).build();
	}

}
