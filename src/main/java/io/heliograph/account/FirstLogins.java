package io.heliograph.account;

import io.heliograph.audit.AuditLog;

import org.springframework.stereotype.Component;

/**
 * Takes down who made HTTP requests and from where, once in an hour: for IPv6, from which
 * /64. Thread-safe.
 */
@Component
final class FirstLogins {

	private final AuditLog audit;

	private final OncePerHour<Origin> origins = new OncePerHour<>();

	FirstLogins(AuditLog audit) {
		this.audit = audit;
	}

	/** Somebody has proved who it is. Does not wait. */
	void loggedIn(Caller caller) {
		if (this.origins.isFirst(new Origin(caller.userId(), Network.of(caller.address())))) {
			this.audit.note(caller.event("login", "users/" + caller.name(), null, null));
		}
	}

	/** Where a user makes requests. */
	private record Origin(long userId, Network network) {
	}

}
