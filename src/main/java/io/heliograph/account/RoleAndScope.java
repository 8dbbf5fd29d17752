package io.heliograph.account;

import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.authorization.AuthorizationResult;
import org.springframework.security.core.Authentication;

/**
 * Asks for one of some roles and, behind that, for a scope; tells which of them lacks.
 */
final class RoleAndScope<T> implements AuthorizationManager<T> {

	private final AuthorizationManager<T> roles;

	private final AuthorizationManager<T> scope;

	RoleAndScope(KeyScope scope, Role... roles) {
		this.roles = AuthorityAuthorizationManager
			.hasAnyAuthority(Stream.of(roles).map(Role::name).toArray(String[]::new));
		this.scope = AuthorityAuthorizationManager.hasAuthority(scope.authority());
	}

	@Override
	public @Nullable AuthorizationResult authorize(Supplier<? extends @Nullable Authentication> authentication,
			T object) {
		AuthorizationResult result = this.roles.authorize(authentication, object);
		return (result != null && result.isGranted()) ? this.scope.authorize(authentication, object) : result;
	}

}
