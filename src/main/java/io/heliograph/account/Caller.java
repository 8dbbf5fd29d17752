package io.heliograph.account;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * The user that makes an HTTP request.
 *
 * @param userId its id
 * @param name its name
 * @param role its role, or null if it has none
 */
public record Caller(long userId, String name, @Nullable Role role) implements AuthenticatedPrincipal {

	@Override
	public String getName() {
		return this.name;
	}

}
