package io.heliograph.account;

import org.springframework.security.core.AuthenticationException;

/** The credentials are right, but their user is banned. */
final class BannedUser extends AuthenticationException {

	BannedUser() {
		super("banned");
	}

}
