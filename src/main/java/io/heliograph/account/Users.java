package io.heliograph.account;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.heliograph.account.Administration.Described;
import io.heliograph.account.secret.PasswordHash;
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

	private final UserDirectory directory;

	private final AccessRules rules;

	private final KeyRing keys;

	private final ApplicationEventPublisher events;

	private final Clock clock;

	Users(JdbcClient jdbc, Administration administration, UserDirectory directory, AccessRules rules, KeyRing keys,
			ApplicationEventPublisher events, Clock clock) {
		this.jdbc = jdbc;
		this.administration = administration;
		this.directory = directory;
		this.rules = rules;
		this.keys = keys;
		this.events = events;
		this.clock = clock;
	}

	/**
	 * Adds a user.
	 * @throws UserExists if there is one of this name
	 */
	User add(Caller caller, String name, PasswordHash hash, boolean enabled, @Nullable Role role) {
		return this.administration.change(caller, () -> {
			if (this.directory.find(name).isPresent()) {
				throw new UserExists();
			}
			return insert(name, hash, enabled, role);
		}, (user) -> Stream.of(described("user.create", name, null, user)), this.directory::put);
	}

	/** Adds the first user, an ADMIN, while there is nobody who could ask for it. */
	User addFirst(String name, PasswordHash hash) {
		return this.administration.changeAsServer(() -> {
			if (!this.directory.isEmpty()) {
				throw new IllegalStateException("there are users");
			}
			return insert(name, hash, true, Role.ADMIN);
		}, (user) -> described("user.create", name, null, user), this.directory::put);
	}

	private static Described described(String action, String name, @Nullable User before, @Nullable User after) {
		return new Described(action, target(name), (before != null) ? UserView.of(before) : null,
				(after != null) ? UserView.of(after) : null);
	}

	private static String target(String name) {
		return "users/" + name;
	}

	private User insert(String name, PasswordHash hash, boolean enabled, @Nullable Role role) {
		long id = this.jdbc.sql("""
				select id from final table (
					insert into users (name, enabled, role) values (:name, :enabled, :role))""")
			.param("name", name)
			.param("enabled", enabled)
			.param("role", (role != null) ? role.name() : null)
			.query(Long.class)
			.single();
		return new User(id, name, List.of(insert(id, hash)), enabled, role);
	}

	private Password insert(long userId, PasswordHash hash) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		long id = this.jdbc.sql("""
				select id from final table (
					insert into passwords (user_id, hash, created_at) values (:userId, :hash, :createdAt))""")
			.param("userId", userId)
			.param("hash", hash.text())
			.param("createdAt", now.atOffset(ZoneOffset.UTC))
			.query(Long.class)
			.single();
		return new Password(id, hash, now);
	}

	/**
	 * Changes a user. Its connections end if it is disabled or gets another password.
	 * @return the changed user, or empty if there is none of this name
	 * @throws LastAdmin if nobody were left to administer
	 */
	Optional<User> change(Caller caller, String name, UserChange change) {
		return change(caller, name, "user.change", (present) -> update(present, change));
	}

	/**
	 * Adds a password to those of a user, which go on to count.
	 * @return the changed user, or empty if there is none of this name
	 * @throws TooManyPasswords if it has two already
	 */
	Optional<User> addPassword(Caller caller, String name, PasswordHash hash) {
		return change(caller, name, "password.create", (present) -> {
			if (present.passwords().size() >= User.MAX_PASSWORDS) {
				throw new TooManyPasswords();
			}
			List<Password> passwords = new ArrayList<>(present.passwords());
			passwords.add(insert(present.id(), hash));
			return present.withPasswords(List.copyOf(passwords));
		});
	}

	/**
	 * Removes a password of a user, and ends the connections that logged in by it.
	 * @return the changed user, or empty if there is none of this name, or it has no such
	 * password
	 * @throws OnlyPassword if it has no other
	 */
	Optional<User> removePassword(Caller caller, String name, long id) {
		return change(caller, name, "password.delete", (present) -> {
			if (!present.hasPassword(id)) {
				return null;
			}
			if (present.passwords().size() == 1) {
				throw new OnlyPassword();
			}
			this.jdbc.sql("delete from passwords where id = :id").param("id", id).update();
			return present
				.withPasswords(present.passwords().stream().filter((password) -> password.id() != id).toList());
		});
	}

	private Optional<User> change(Caller caller, String name, String action, Change change) {
		return this.administration
			.change(caller,
					() -> this.directory.find(name).flatMap((present) -> Changed.of(present, change.of(present))),
					(changed) -> changed.stream().map((both) -> described(action, name, both.before, both.after)),
					(changed) -> changed.ifPresent(this::apply))
			.map(Changed::after);
	}

	private void apply(Changed changed) {
		this.directory.put(changed.after);
		List<Long> ended = changed.endedPasswords();
		boolean disabled = changed.before.enabled() && !changed.after.enabled();
		if (disabled || !ended.isEmpty()) {
			this.events.publishEvent(new LoginsRevoked(changed.after.id(), changed.after.name(),
					disabled ? LoginsRevoked.Cause.DISABLED : LoginsRevoked.Cause.NEW_PASSWORD, ended));
		}
	}

	private User update(User present, UserChange change) {
		List<Password> passwords = present.passwords();
		if (change.password() != null) {
			this.jdbc.sql("delete from passwords where user_id = :id").param("id", present.id()).update();
			passwords = List.of(insert(present.id(), change.password()));
		}
		User changed = new User(present.id(), present.name(), passwords, change.enabledOr(present.enabled()),
				change.roleOr(present.role()));
		if (present.administers() && !changed.administers()) {
			checkOtherAdmin(present);
		}
		this.jdbc.sql("update users set enabled = :enabled, role = :role where id = :id")
			.param("enabled", changed.enabled())
			.param("role", (changed.role() != null) ? changed.role().name() : null)
			.param("id", changed.id())
			.update();
		return changed;
	}

	/**
	 * Puts other hashes in the place of those of the same passwords, as far as they are
	 * there still. Within a change.
	 */
	void writeHashes(Map<Long, PasswordHash> hashes) {
		hashes.forEach((id, hash) -> this.jdbc.sql("update passwords set hash = :hash where id = :id")
			.param("hash", hash.text())
			.param("id", id)
			.update());
	}

	/** What {@link #writeHashes} wrote is committed. */
	void applyHashes(Map<Long, PasswordHash> hashes) {
		if (!hashes.isEmpty()) {
			this.directory.putHashes(hashes);
		}
	}

	/**
	 * Deletes a user, and with it its rules and keys.
	 * @return the user, or empty if there is none of this name
	 * @throws LastAdmin if nobody were left to administer
	 */
	Optional<User> delete(Caller caller, String name) {
		return this.administration.change(caller, () -> this.directory.find(name).map(this::remove),
				(user) -> user.stream()
					.map((gone) -> new Described("user.delete", target(name),
							DeletedUserView.of(gone, this.directory, this.rules, this.keys), null)),
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
		this.events.publishEvent(new LoginsRevoked(user.id(), user.name(), LoginsRevoked.Cause.DELETED,
				user.passwords().stream().map(Password::id).toList()));
	}

	/** Makes a changed user, or null if there is nothing to change. */
	private interface Change {

		@Nullable User of(User present);

	}

	private record Changed(User before, User after) {

		static Optional<Changed> of(User before, @Nullable User after) {
			return Optional.ofNullable(after).map((changed) -> new Changed(before, changed));
		}

		List<Long> endedPasswords() {
			return this.before.passwords()
				.stream()
				.map(Password::id)
				.filter((id) -> !this.after.hasPassword(id))
				.toList();
		}

	}

	/** There is a user of this name already. */
	static final class UserExists extends RuntimeException {

	}

	/** It is the only enabled user with the role ADMIN. */
	static final class LastAdmin extends RuntimeException {

	}

	/** The user has as many passwords as it may. */
	static final class TooManyPasswords extends RuntimeException {

	}

	/** The user has no other password. */
	static final class OnlyPassword extends RuntimeException {

	}

}
