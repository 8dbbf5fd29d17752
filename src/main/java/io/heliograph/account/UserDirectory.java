package io.heliograph.account;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The users of this moment, in memory: what decides about them does not wait for the
 * database. Thread-safe; {@link Users} keeps it up to date.
 */
@Component
final class UserDirectory {

	private final ConcurrentNavigableMap<String, User> byName = new ConcurrentSkipListMap<>();

	private final ConcurrentMap<Long, User> byId = new ConcurrentHashMap<>();

	UserDirectory(JdbcClient jdbc) {
		jdbc.sql("select id, name, password_hash, enabled, role, logins from users")
			.query(User.class)
			.list()
			.forEach(this::put);
	}

	Optional<User> find(String name) {
		return Optional.ofNullable(this.byName.get(name));
	}

	@Nullable User byId(long id) {
		return this.byId.get(id);
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

}
