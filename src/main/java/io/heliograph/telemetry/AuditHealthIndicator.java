package io.heliograph.telemetry;

import io.heliograph.audit.AuditLog;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** Whether changes can be taken down, without which none is made. */
@Component
final class AuditHealthIndicator implements HealthIndicator {

	private final AuditLog log;

	AuditHealthIndicator(AuditLog log) {
		this.log = log;
	}

	@Override
	public Health health() {
		return this.log.failure()
			.map((failure) -> Health.down().withDetail("reason", failure))
			.orElseGet(Health::up)
			.build();
	}

}
