package io.heliograph.account;

import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * The user that makes an HTTP request.
 *
 * @param userId its id
 * @param name its name
 * @param login which of the user's logins this one belongs to
 */
public record Caller(long userId, String name, long login) implements AuthenticatedPrincipal {

	@Override
	public String getName() {
		return this.name;
	}

}
