package io.heliograph.account;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import io.heliograph.storage.DurableChanges;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.authorization.AuthorityAuthorizationManager;
import org.springframework.security.authorization.AuthorizationManager;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * The users, in the database and, for reading, in memory. Thread-safe; a change is
 * durable when its method returns. It is made only if who asks for it is an ADMIN at that
 * moment: none who was one when it asked makes a change after that was taken from it.
 */
@Component
final class Users {

	private static final AuthorizationManager<Caller> ADMIN = AuthorityAuthorizationManager
		.hasAuthority(Role.ADMIN.name());

	private final JdbcClient jdbc;

	private final DurableChanges changes;

	private final ApplicationEventPublisher events;

	private final ConcurrentNavigableMap<String, User> byName = new ConcurrentSkipListMap<>();

	private final ConcurrentMap<Long, User> byId = new ConcurrentHashMap<>();

	Users(JdbcClient jdbc, DurableChanges changes, ApplicationEventPublisher events) {
		this.jdbc = jdbc;
		this.changes = changes;
		this.events = events;
		jdbc.sql("select id, name, password_hash, enabled, role, logins from users")
			.query(User.class)
			.list()
			.forEach(this::remember);
	}

	Optional<User> find(String name) {
		return Optional.ofNullable(this.byName.get(name));
	}

	@Nullable User byId(long id) {
		return this.byId.get(id);
	}

	/** Returns a user as it is now, or null if a login of it does not count any more. */
	@Nullable User standing(long id, long login) {
		User user = this.byId.get(id);
		return (user != null && user.enabled() && user.logins() == login) ? user : null;
	}

	/**
	 * Returns what a caller may do now.
	 * @throws org.springframework.security.core.AuthenticationException if its login does
	 * not count any more
	 */
	Authentication authentication(Caller caller) {
		return CallerAuthentication.of(standing(caller.userId(), caller.login()));
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

	/** Returns users in the order of their names, from behind a name on. */
	List<User> after(String name, int limit) {
		return this.byName.tailMap(name, false).values().stream().limit(limit).toList();
	}

	boolean isEmpty() {
		return this.byName.isEmpty();
	}

	/**
	 * Adds a user.
	 * @throws UserExists if there is one of this name
	 */
	User add(Caller caller, String name, String passwordHash, boolean enabled, @Nullable Role role) {
		return this.changes.make(() -> {
			checkAdmin(caller);
			if (this.byName.containsKey(name)) {
				throw new UserExists();
			}
			return insert(name, passwordHash, enabled, role);
		}, this::remember);
	}

	/** Adds the first user, an ADMIN, while there is nobody who could ask for it. */
	User addFirst(String name, String passwordHash) {
		return this.changes.make(() -> {
			if (!isEmpty()) {
				throw new IllegalStateException("there are users");
			}
			return insert(name, passwordHash, true, Role.ADMIN);
		}, this::remember);
	}

	private User insert(String name, String passwordHash, boolean enabled, @Nullable Role role) {
		return this.jdbc.sql("""
				select id, name, password_hash, enabled, role, logins from final table (
					insert into users (name, password_hash, enabled, role, logins)
					values (:name, :passwordHash, :enabled, :role, 0))""")
			.param("name", name)
			.param("passwordHash", passwordHash)
			.param("enabled", enabled)
			.param("role", (role != null) ? role.name() : null)
			.query(User.class)
			.single();
	}

	/**
	 * Changes a user. Its connections end if it is disabled or gets another password.
	 * @param change makes the changed user from the present one
	 * @return the changed user, or empty if there is none of this name
	 * @throws LastAdmin if nobody were left to administer
	 */
	Optional<User> change(Caller caller, String name, Change change) {
		return this.changes.make(() -> {
			checkAdmin(caller);
			return find(name).map((present) -> update(present, change));
		}, (changed) -> changed.ifPresent(this::apply)).map(Changed::after);
	}

	private void apply(Changed changed) {
		remember(changed.after);
		if (changed.after.logins() != changed.before.logins()) {
			boolean newPassword = !changed.after.passwordHash().equals(changed.before.passwordHash());
			this.events.publishEvent(new LoginsRevoked(changed.after.id(), changed.after.name(),
					newPassword ? LoginsRevoked.Cause.NEW_PASSWORD : LoginsRevoked.Cause.DISABLED));
		}
	}

	private Changed update(User present, Change change) {
		User wanted = change.of(present);
		boolean loginsEnd = !wanted.passwordHash().equals(present.passwordHash())
				|| (present.enabled() && !wanted.enabled());
		User changed = new User(present.id(), present.name(), wanted.passwordHash(), wanted.enabled(), wanted.role(),
				present.logins() + (loginsEnd ? 1 : 0));
		if (present.administers() && !changed.administers()) {
			checkOtherAdmin(present);
		}
		this.jdbc.sql("""
				update users set password_hash = :passwordHash, enabled = :enabled, role = :role, logins = :logins
				where id = :id""")
			.param("passwordHash", changed.passwordHash())
			.param("enabled", changed.enabled())
			.param("role", (changed.role() != null) ? changed.role().name() : null)
			.param("logins", changed.logins())
			.param("id", changed.id())
			.update();
		return new Changed(present, changed);
	}

	/**
	 * Deletes a user, and with it its rules.
	 * @return the user, or empty if there is none of this name
	 * @throws LastAdmin if nobody were left to administer
	 */
	Optional<User> delete(Caller caller, String name) {
		return this.changes.make(() -> {
			checkAdmin(caller);
			return find(name).map(this::remove);
		}, (user) -> user.ifPresent(this::forget));
	}

	private User remove(User user) {
		if (user.administers()) {
			checkOtherAdmin(user);
		}
		this.jdbc.sql("delete from users where id = :id").param("id", user.id()).update();
		return user;
	}

	private void checkOtherAdmin(User user) {
		if (this.byName.values().stream().noneMatch((other) -> other.administers() && other.id() != user.id())) {
			throw new LastAdmin();
		}
	}

	private void remember(User user) {
		this.byName.put(user.name(), user);
		this.byId.put(user.id(), user);
	}

	/**
	 * First the user, that its rules, which {@link AccessRules} forgets, do not leave it
	 * with more rights for a moment.
	 */
	private void forget(User user) {
		this.byName.remove(user.name());
		this.byId.remove(user.id());
		this.events.publishEvent(new LoginsRevoked(user.id(), user.name(), LoginsRevoked.Cause.DELETED));
	}

	/** Makes a changed user. */
	interface Change {

		User of(User present);

	}

	private record Changed(User before, User after) {
	}

	/** There is a user of this name already. */
	static final class UserExists extends RuntimeException {

	}

	/** It is the only enabled user with the role ADMIN. */
	static final class LastAdmin extends RuntimeException {

	}

}
