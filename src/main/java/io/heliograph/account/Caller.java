package io.heliograph.account;

import java.net.InetAddress;

import io.heliograph.audit.AuditEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * Who makes an HTTP request.
 *
 * @param userId the user's id, never used again
 * @param name the user's name
 * @param credential by what it proved who it is
 * @param address where the request comes from
 */
public record Caller(long userId, String name, Credential credential,
		InetAddress address) implements AuthenticatedPrincipal {

	@Override
	public String getName() {
		return this.name;
	}

	/**
	 * What it does, as it is taken down; without secrets.
	 * @param action a stable word, as in {@code user.create}
	 * @param target to what, as in {@code users/glass-42}
	 * @param before what was there, or null
	 * @param after what is there then, or null
	 */
	public AuditEvent event(String action, String target, @Nullable Object before, @Nullable Object after) {
		String key = (this.credential instanceof ByKey byKey) ? String.valueOf(byKey.id()) : null;
		return new AuditEvent(this.name, key, this.address.getHostAddress(), action, target, before, after);
	}

	/** By what somebody proves who it is. */
	public sealed interface Credential {

	}

	/**
	 * A password of the user.
	 *
	 * @param id its number
	 */
	public record ByPassword(long id) implements Credential {
	}

	/**
	 * A key of the user.
	 *
	 * @param id the number of the key
	 * @param secretId the number of its secret
	 */
	public record ByKey(long id, long secretId) implements Credential {
	}

}
