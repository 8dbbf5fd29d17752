package io.heliograph.account;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/** What those who make HTTP requests may do at this moment. Thread-safe. */
@Component
final class Callers {

	private static final AuthorizationManager<Caller> ADMIN = AuthorityAuthorizationManager
		.hasAuthority(Role.ADMIN.name());

	private final UserDirectory users;

	Callers(UserDirectory users) {
		this.users = users;
	}

	/** Returns the user as it is now, or null if the login does not count any more. */
	@Nullable User user(Caller caller) {
		User user = this.users.byId(caller.userId());
		return (user != null && user.enabled() && user.logins() == caller.login()) ? user : null;
	}

	/**
	 * Returns what a caller may do now.
	 * @throws org.springframework.security.core.AuthenticationException if its login does
	 * not count any more
	 */
	Authentication authentication(Caller caller) {
		return CallerAuthentication.of(user(caller));
	}

	/**
	 * Checks that a caller is an ADMIN now; within a change, that holds until its end.
	 * @throws org.springframework.security.core.AuthenticationException if its login does
	 * not count any more
	 * @throws org.springframework.security.access.AccessDeniedException if it has not the
	 * role any more
	 */
	void checkAdmin(Caller caller) {
		ADMIN.verify(() -> authentication(caller), caller);
	}

}
