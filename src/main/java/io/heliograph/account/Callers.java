package io.heliograph.account;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.stereotype.Component;

/** What those who make HTTP requests may do at this moment. Thread-safe. */
@Component
final class Callers {

	private static final AuthorizationManager<Caller> ADMIN = new RoleAndScope<>(KeyScope.ADMIN_WRITE, Role.ADMIN);

	private final UserDirectory users;

	private final KeyRing keys;

	private final BanList bans;

	Callers(UserDirectory users, KeyRing keys, BanList bans) {
		this.users = users;
		this.keys = keys;
		this.bans = bans;
	}

	/** Returns who comes with a key, or null if it or its owner does not count. */
	@Nullable Caller byKey(KeyRing.@Nullable Use use, InetAddress address) {
		User owner = (use != null) ? this.users.byId(use.key().ownerId()) : null;
		return (use != null && owner != null && owner.enabled())
				? new Caller(owner.id(), owner.name(), new Caller.ByKey(use.key().id(), use.secretId()), address)
				: null;
	}

	/** Returns whose key a token names, whether or not it counts, or null. */
	@Nullable User owner(String token) {
		ApiKey key = this.keys.named(token);
		return (key != null) ? this.users.byId(key.ownerId()) : null;
	}

	/** Returns the user as it is now, or null if the login does not count any more. */
	@Nullable User user(Caller caller) {
		User user = this.users.byId(caller.userId());
		return (user != null && user.enabled() && counts(user, caller.credential())
				&& !this.bans.covers(user.name(), caller.address())) ? user : null;
	}

	private boolean counts(User user, Caller.Credential credential) {
		if (credential instanceof Caller.ByKey key) {
			return this.keys.counts(key.id(), key.secretId());
		}
		return credential instanceof Caller.ByPassword password && user.hasPassword(password.id());
	}

	/** Returns the key that a caller came with, or null if it came with a password. */
	@Nullable ApiKey key(Caller caller) {
		return (caller.credential() instanceof Caller.ByKey key) ? this.keys.find(key.id()).orElse(null) : null;
	}

	/**
	 * Returns what a caller may do now.
	 * @throws org.springframework.security.core.AuthenticationException if its login does
	 * not count any more
	 */
	Authentication authentication(Caller caller) {
		User user = user(caller);
		if (user == null) {
			throw new BadCredentialsException("the login does not count any more");
		}
		ApiKey key = key(caller);
		Collection<KeyScope> scopes = (key != null) ? key.scopes() : EnumSet.allOf(KeyScope.class);
		List<GrantedAuthority> authorities = new ArrayList<>();
		scopes.forEach((scope) -> authorities.add(new SimpleGrantedAuthority(scope.authority())));
		if (user.role() != null) {
			authorities.add(new SimpleGrantedAuthority(user.role().name()));
		}
		return UsernamePasswordAuthenticationToken.authenticated(caller, null, authorities);
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
