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

	/** As the settings of health call it. */
	private static final String HEALTH_DETAILS = "HEALTH_DETAILS";

	private final UserDirectory users;

	private final KeyRing keys;

	private final BanList bans;

	Callers(UserDirectory users, KeyRing keys, BanList bans) {
		this.users = users;
		this.keys = keys;
		this.bans = bans;
	}

	/**
	 * Returns who comes with a key, banned or not, or null if the key does not count.
	 */
	@Nullable Caller byKey(KeyRing.Use use, InetAddress address) {
		User owner = this.users.byId(use.key().ownerId());
		Caller caller = (owner != null)
				? new Caller(owner.id(), owner.name(), new Caller.ByKey(use.key().id(), use.secretId()), address)
				: null;
		return (caller != null && login(caller) != null) ? caller : null;
	}

	/** Returns whose key a token names, whether or not it counts, or null. */
	@Nullable User owner(String token) {
		ApiKey key = this.keys.named(token);
		return (key != null) ? this.users.byId(key.ownerId()) : null;
	}

	/**
	 * Returns who a caller is at this moment, or null if its login does not count or it
	 * is banned.
	 */
	@Nullable Present present(Caller caller) {
		Present login = login(caller);
		return (login != null && !isBanned(login, caller)) ? login : null;
	}

	private boolean isBanned(Present login, Caller caller) {
		return this.bans.covers(login.user.name(), caller.address());
	}

	private @Nullable Present login(Caller caller) {
		User user = this.users.byId(caller.userId());
		if (user == null || !user.enabled()) {
			return null;
		}
		if (caller.credential() instanceof Caller.ByKey byKey) {
			ApiKey key = this.keys.counting(byKey.id(), byKey.secretId());
			return (key != null) ? new Present(user, key) : null;
		}
		return (caller.credential() instanceof Caller.ByPassword password && user.hasPassword(password.id()))
				? new Present(user, null) : null;
	}

	/**
	 * Returns what a caller may do now.
	 * @throws org.springframework.security.core.AuthenticationException if its login does
	 * not count any more, or it is banned
	 */
	Authentication authentication(Caller caller) {
		Present present = login(caller);
		if (present == null) {
			throw new BadCredentialsException("the login does not count any more");
		}
		if (isBanned(present, caller)) {
			throw new BannedUser();
		}
		List<GrantedAuthority> authorities = new ArrayList<>();
		present.scopes().forEach((scope) -> authorities.add(new SimpleGrantedAuthority(scope.authority())));
		Role role = present.user.role();
		if (role != null) {
			authorities.add(new SimpleGrantedAuthority(role.name()));
		}
		if ((role == Role.ADMIN || role == Role.OPERATOR) && present.scopes().contains(KeyScope.ADMIN_READ)) {
			authorities.add(new SimpleGrantedAuthority(HEALTH_DETAILS));
		}
		return UsernamePasswordAuthenticationToken.authenticated(caller, null, authorities);
	}

	/**
	 * Checks that a caller is an ADMIN now; within a change, that holds until its end.
	 * @throws org.springframework.security.core.AuthenticationException if its login does
	 * not count any more, or it is banned
	 * @throws org.springframework.security.access.AccessDeniedException if it has not the
	 * role any more
	 */
	void checkAdmin(Caller caller) {
		ADMIN.verify(() -> authentication(caller), caller);
	}

	/**
	 * Who a caller is at one moment.
	 *
	 * @param key the key that it came with, or null if it came with a password
	 */
	record Present(User user, @Nullable ApiKey key) {

		private Collection<KeyScope> scopes() {
			return (this.key != null) ? this.key.scopes() : EnumSet.allOf(KeyScope.class);
		}

	}

}
