package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationUnit;

/**
 * Settings of the ledger.
 *
 * @param maxAge how long a notification is kept when nothing becomes of it any more
 * @param maxNotifications how many notifications are kept, of which the oldest go first;
 * those that wait for anybody are kept beyond both. 0 for no limit.
 */
@ConfigurationProperties("heliograph.ledger")
public record LedgerSettings(@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("30d") Duration maxAge,
		@DefaultValue("1000000") int maxNotifications) {

	private static final Duration LEAST = Duration.ofMinutes(1);

	public LedgerSettings {
		if (maxAge.compareTo(LEAST) < 0) {
			throw new IllegalArgumentException("max-age is " + maxAge + "; give a time from 1m on, such as 30d.");
		}
		if (maxNotifications < 0) {
			throw new IllegalArgumentException(
					"max-notifications is " + maxNotifications + "; give 0 for no limit, or a positive number.");
		}
	}

}
