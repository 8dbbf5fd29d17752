package io.heliograph.telemetry;

import io.heliograph.broker.StoreLife;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Whether the broker serves devices, or will without another start of the process: while
 * its store is opened again it would be no use to kill it.
 */
@Component
final class BrokerLivenessHealthIndicator implements HealthIndicator {

	private final BrokerHealthIndicator broker;

	private final StoreLife store;

	BrokerLivenessHealthIndicator(BrokerHealthIndicator broker, StoreLife store) {
		this.broker = broker;
		this.store = store;
	}

	@Override
	public Health health() {
		boolean recovers = this.store.failure().filter((failure) -> !failure.lasting()).isPresent();
		return recovers ? Health.up().withDetail("reason", "the store is being opened again").build()
				: this.broker.health();
	}

}
