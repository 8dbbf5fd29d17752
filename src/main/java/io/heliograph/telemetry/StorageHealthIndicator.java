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
		Health.Builder health = this.changes.failure()
			.map((failure) -> Health.down().withDetail("reason", failure))
			.orElseGet(Health::up);
		this.changes.snapshotFailure()
			.ifPresent((failure) -> health.withDetail("snapshots", "not written: " + failure));
		this.changes.rebuilt().ifPresent((rebuilt) -> health.withDetail("rebuilt", rebuilt));
		return health.build();
	}

}
