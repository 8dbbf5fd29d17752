package io.heliograph.account;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.heliograph.audit.AuditLog;

import org.springframework.stereotype.Component;

/**
 * Takes down who made HTTP requests and from where, once in an hour. Thread-safe; of
 * bounded memory.
 */
@Component
final class FirstLogins {

	private static final Duration PERIOD = Duration.ofHours(1);

	private static final int MAX_REMEMBERED = 50_000;

	private final AuditLog audit;

	private final Clock clock;

	private final Cache<Caller, Instant> seen = Caffeine.newBuilder().maximumSize(MAX_REMEMBERED).build();

	FirstLogins(AuditLog audit, Clock clock) {
		this.audit = audit;
		this.clock = clock;
	}

	/** Somebody has proved who it is. Does not wait. */
	void loggedIn(Caller caller) {
		Instant now = this.clock.instant();
		Instant before = this.seen.getIfPresent(caller);
		if (before == null || before.isBefore(now.minus(PERIOD)) || before.isAfter(now)) {
			this.seen.put(caller, now);
			this.audit.note(caller.event("login", "users/" + caller.name(), null, null));
		}
	}

}
