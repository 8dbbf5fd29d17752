package io.heliograph.account;

import java.net.InetAddress;

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
