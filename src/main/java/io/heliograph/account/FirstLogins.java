package io.heliograph.account;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;

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

	private final ConcurrentMap<Origin, Boolean> seen = Caffeine.newBuilder()
		.maximumSize(MAX_REMEMBERED)
		.expireAfterWrite(PERIOD)
		.<Origin, Boolean>build()
		.asMap();

	FirstLogins(AuditLog audit) {
		this.audit = audit;
	}

	/** Somebody has proved who it is. Does not wait. */
	void loggedIn(Caller caller) {
		if (this.seen.putIfAbsent(new Origin(caller.userId(), caller.address()), true) == null) {
			this.audit.note(caller.event("login", "users/" + caller.name(), null, null));
		}
	}

	/** Where a user makes requests. */
	private record Origin(long userId, InetAddress address) {
	}

}
