package io.heliograph.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import io.heliograph.account.secret.PasswordHash;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The users of this moment, in memory: what decides about them does not wait for the
 * database. Thread-safe; {@link Users} keeps it up to date.
 */
@Component
final class UserDirectory implements UserNames {

	private final ConcurrentNavigableMap<String, User> byName = new ConcurrentSkipListMap<>();

	private final ConcurrentMap<Long, User> byId = new ConcurrentHashMap<>();

	UserDirectory(JdbcClient jdbc) {
		Map<Long, List<Password>> passwords = new HashMap<>();
		jdbc.sql("select id, user_id, hash, created_at from passwords order by id").query((row) -> {
			passwords.computeIfAbsent(row.getLong("user_id"), (user) -> new ArrayList<>(1)).add(Password.of(row));
		});
		jdbc.sql("select id, name, enabled, role from users").query((row) -> {
			long id = row.getLong("id");
			String role = row.getString("role");
			put(new User(id, row.getString("name"), List.copyOf(passwords.getOrDefault(id, List.of())),
					row.getBoolean("enabled"), (role != null) ? Role.valueOf(role) : null));
		});
	}

	Optional<User> find(String name) {
		return Optional.ofNullable(this.byName.get(name));
	}

	@Nullable User byId(long id) {
		return this.byId.get(id);
	}

	@Override
	public @Nullable String nameOf(long id) {
		User user = this.byId.get(id);
		return (user != null) ? user.name() : null;
	}

	@Override
	public @Nullable Long idOf(String name) {
		User user = this.byName.get(name);
		return (user != null) ? (Long) user.id() : null;
	}

	/** Returns users in the order of their names, from behind a name on. */
	List<User> after(String name, int limit) {
		return this.byName.tailMap(name, false).values().stream().limit(limit).toList();
	}

	boolean isEmpty() {
		return this.byName.isEmpty();
	}

	/** Whether somebody is left to administer without this user. */
	boolean hasOtherAdmin(User user) {
		return this.byName.values().stream().anyMatch((other) -> other.administers() && other.id() != user.id());
	}

	void put(User user) {
		this.byName.put(user.name(), user);
		this.byId.put(user.id(), user);
	}

	void remove(User user) {
		this.byName.remove(user.name());
		this.byId.remove(user.id());
	}

	/** Puts other hashes in the place of those of the same passwords. Within a change. */
	void putHashes(Map<Long, PasswordHash> hashes) {
		for (User user : this.byId.values()) {
			if (user.passwords().stream().anyMatch((password) -> hashes.containsKey(password.id()))) {
				put(user.withPasswords(user.passwords()
					.stream()
					.map((password) -> new Password(password.id(), hashes.getOrDefault(password.id(), password.hash()),
							password.createdAt()))
					.toList()));
			}
		}
	}

}
