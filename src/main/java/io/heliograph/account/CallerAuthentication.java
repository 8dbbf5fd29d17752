package io.heliograph.account;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/** What a user may do over HTTP, in the terms of Spring Security. */
final class CallerAuthentication {

	private CallerAuthentication() {
	}

	/**
	 * Returns that of a user.
	 * @param user the user, or null if there is none of this name and password
	 * @throws BadCredentialsException if there is none
	 */
	static Authentication of(@Nullable User user) {
		if (user == null) {
			throw new BadCredentialsException("wrong name or password");
		}
		List<GrantedAuthority> authorities = (user.role() != null)
				? List.of(new SimpleGrantedAuthority(user.role().name())) : List.of();
		return UsernamePasswordAuthenticationToken.authenticated(new Caller(user.id(), user.name(), user.logins()),
				null, authorities);
	}

}
