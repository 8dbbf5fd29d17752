package io.heliograph.telemetry;

import io.heliograph.storage.DurableChanges;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether users and rules can be changed. */
@Component
final class StorageHealthIndicator implements HealthIndicator {

	private final DurableChanges changes;

	StorageHealthIndicator(DurableChanges changes) {
		this.changes = changes;
	}

	@Override
	public Health health() {
		return this.changes.isBroken()
				? Health.down().withDetail("reason", "the database failed; look into the log, and restart").build()
				: Health.up().build();
	}

}
