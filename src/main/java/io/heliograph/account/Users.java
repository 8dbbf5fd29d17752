package io.heliograph.account;

import java.util.Optional;

import io.heliograph.storage.DurableChanges;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Changes users, in the database and in the {@link UserDirectory}. Thread-safe; a change
 * is durable when its method returns.
 */
@Component
final class Users {

	private final JdbcClient jdbc;

	private final Administration administration;

	private final DurableChanges changes;

	private final UserDirectory directory;

	private final ApplicationEventPublisher events;

	Users(JdbcClient jdbc, Administration administration, DurableChanges changes, UserDirectory directory,
			ApplicationEventPublisher events) {
		this.jdbc = jdbc;
		this.administration = administration;
		this.changes = changes;
		this.directory = directory;
		this.events = events;
	}

	/**
	 * Adds a user.
	 * @throws UserExists if there is one of this name
	 */
	User add(Caller caller, String name, String passwordHash, boolean enabled, @Nullable Role role) {
		return this.administration.change(caller, () -> {
			if (this.directory.find(name).isPresent()) {
				throw new UserExists();
			}
			return insert(name, passwordHash, enabled, role);
		}, this.directory::put);
	}

	/** Adds the first user, an ADMIN, while there is nobody who could ask for it. */
	User addFirst(String name, String passwordHash) {
		return this.changes.make(() -> {
			if (!this.directory.isEmpty()) {
				throw new IllegalStateException("there are users");
			}
			return insert(name, passwordHash, true, Role.ADMIN);
		}, this.directory::put);
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
		return this.administration
			.change(caller, () -> this.directory.find(name).map((present) -> update(present, change)),
					(changed) -> changed.ifPresent(this::apply))
			.map(Changed::after);
	}

	private void apply(Changed changed) {
		this.directory.put(changed.after);
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
		return this.administration.change(caller, () -> this.directory.find(name).map(this::remove),
				(user) -> user.ifPresent(this::forget));
	}

	private User remove(User user) {
		if (user.administers()) {
			checkOtherAdmin(user);
		}
		this.jdbc.sql("delete from users where id = :id").param("id", user.id()).update();
		return user;
	}

	private void checkOtherAdmin(User user) {
		if (!this.directory.hasOtherAdmin(user)) {
			throw new LastAdmin();
		}
	}

	/**
	 * First the user, that its rules, which {@link AccessRules} forgets, do not leave it
	 * with more rights for a moment.
	 */
	private void forget(User user) {
		this.directory.remove(user);
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
