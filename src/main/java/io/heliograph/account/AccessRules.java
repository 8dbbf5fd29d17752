package io.heliograph.account;

import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.account.AccountSettings.NoRules;
import io.heliograph.mqtt.TopicFilter;
import io.heliograph.storage.DurableChanges;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The access rules, in the database and, for deciding, in memory. Thread-safe; a change
 * acts at once and is durable when its method returns. It is made only if who asks for it
 * is an ADMIN at that moment.
 */
@Component
final class AccessRules {

	private static final RowMapper<AccessRule> ROW = (row, number) -> new AccessRule(row.getLong("id"),
			Scope.valueOf(row.getString("scope")), row.getObject("user_id", Long.class),
			Access.valueOf(row.getString("access")), new TopicFilter(row.getString("topic")));

	private final JdbcClient jdbc;

	private final DurableChanges changes;

	private final Users users;

	private final boolean emptyAllows;

	private final NavigableMap<Long, AccessRule> byId = new ConcurrentSkipListMap<>();

	private final AtomicLong revision = new AtomicLong();

	private volatile RuleSet current;

	AccessRules(JdbcClient jdbc, DurableChanges changes, Users users, AccountSettings settings) {
		this.jdbc = jdbc;
		this.changes = changes;
		this.users = users;
		this.emptyAllows = settings.acl().noRules() == NoRules.ALLOW;
		List<AccessRule> rules = jdbc.sql("select id, scope, user_id, access, topic from access_rules")
			.query(ROW)
			.list();
		rules.forEach((rule) -> this.byId.put(rule.id(), rule));
		this.current = RuleSet.of(rules, this.emptyAllows);
	}

	/** The rules of this moment. */
	RuleSet current() {
		return this.current;
	}

	/** A number that grows with each change. */
	long revision() {
		return this.revision.get();
	}

	Optional<AccessRule> find(long id) {
		return Optional.ofNullable(this.byId.get(id));
	}

	/** Returns rules in the order of their numbers, from behind a number on. */
	List<AccessRule> after(long id, int limit) {
		return this.byId.tailMap(id, false).values().stream().limit(limit).toList();
	}

	/**
	 * Adds a rule.
	 * @throws org.springframework.dao.DataIntegrityViolationException if there is no such
	 * user
	 */
	AccessRule add(Caller caller, Scope scope, @Nullable Long userId, Access access, TopicFilter topic) {
		return this.changes.make(() -> {
			this.users.checkAdmin(caller);
			return this.jdbc.sql("""
					select id, scope, user_id, access, topic from final table (
						insert into access_rules (scope, user_id, access, topic)
						values (:scope, :userId, :access, :topic))""")
				.param("scope", scope.name())
				.param("userId", userId)
				.param("access", access.name())
				.param("topic", topic.value())
				.query(ROW)
				.single();
		}, (rule) -> {
			this.byId.put(rule.id(), rule);
			rebuild();
		});
	}

	/** Deletes a rule; returns whether there was one of this number. */
	boolean delete(Caller caller, long id) {
		return this.changes.make(() -> {
			this.users.checkAdmin(caller);
			return this.jdbc.sql("delete from access_rules where id = :id").param("id", id).update() > 0;
		}, (deleted) -> {
			if (deleted) {
				this.byId.remove(id);
				rebuild();
			}
		});
	}

	/** The rules of a user are gone with it. */
	@EventListener
	void on(LoginsRevoked event) {
		if (event.deleted()) {
			this.byId.values().removeIf((rule) -> rule.userId() != null && rule.userId() == event.userId());
			rebuild();
		}
	}

	private void rebuild() {
		this.current = RuleSet.of(List.copyOf(this.byId.values()), this.emptyAllows);
		this.revision.incrementAndGet();
	}

}
