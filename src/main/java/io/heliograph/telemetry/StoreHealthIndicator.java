package io.heliograph.telemetry;

import io.heliograph.broker.StoreLife;
import io.heliograph.broker.StoreStatus;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether what devices are sent can be kept. */
@Component
final class StoreHealthIndicator implements HealthIndicator {

	private final StoreStatus store;

	private final StoreLife life;

	StoreHealthIndicator(StoreStatus store, StoreLife life) {
		this.store = store;
		this.life = life;
	}

	@Override
	public Health health() {
		Health.Builder health = this.life.failure()
			.map(StoreLife.Failure::reason)
			.or(this.store::problem)
			.map((problem) -> Health.down().withDetail("reason", problem))
			.orElseGet(Health::up);
		health.withDetail("promise", this.store.promise());
		this.store.missing().ifPresent((missing) -> health.withDetail("missing", missing));
		return health.withDetails(this.store.figures()).build();
	}

}
