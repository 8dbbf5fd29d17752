package io.heliograph.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.account.AccountSettings.NoRules;
import io.heliograph.account.Administration.Described;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The access rules, in the database and, for deciding, in memory. Thread-safe; a change
 * acts at once and as a whole, and is durable when its method returns.
 */
@Component
final class AccessRules {

	private static final RowMapper<AccessRule> ROW = (row, number) -> new AccessRule(row.getLong("id"),
			Scope.valueOf(row.getString("scope")), row.getObject("user_id", Long.class),
			Access.valueOf(row.getString("access")), new TopicFilter(row.getString("topic")));

	/** How much is told in a row of the audit log, in bytes: a longer one is cut. */
	private static final int BYTES_OF_A_ROW = 800 * 1024;

	/**
	 * What a rule takes there beside its topic, of which a character takes six at most.
	 */
	private static final int BYTES_OF_A_RULE = 200;

	private static final int VERSION_BYTES = 16;

	private final JdbcClient jdbc;

	private final Administration administration;

	private final UserDirectory users;

	private final ApplicationEventPublisher events;

	private final boolean emptyAllows;

	private final AtomicLong revision = new AtomicLong();

	private volatile Present present;

	AccessRules(JdbcClient jdbc, Administration administration, UserDirectory users, AccountSettings settings,
			ApplicationEventPublisher events) {
		this.jdbc = jdbc;
		this.administration = administration;
		this.users = users;
		this.events = events;
		this.emptyAllows = settings.acl().noRules() == NoRules.ALLOW;
		NavigableMap<Long, AccessRule> rules = new TreeMap<>();
		jdbc.sql("select id, scope, user_id, access, topic from access_rules")
			.query(ROW)
			.list()
			.forEach((rule) -> rules.put(rule.id(), rule));
		this.present = new Present(rules, RuleSet.of(rules.values(), this.emptyAllows));
	}

	/** The rules of this moment. */
	RuleSet current() {
		return this.present.set;
	}

	/** A number that grows with each change. */
	long revision() {
		return this.revision.get();
	}

	/** Returns all rules, in the order of their numbers, as they are at one moment. */
	List<AccessRule> all() {
		return List.copyOf(this.present.byId.values());
	}

	Optional<AccessRule> find(long id) {
		return Optional.ofNullable(this.present.byId.get(id));
	}

	/** Returns the rules of a user. */
	List<AccessRule> of(long userId) {
		return this.present.byId.values().stream().filter((rule) -> rule.isOf(userId)).toList();
	}

	/** Returns rules in the order of their numbers, from behind a number on. */
	List<AccessRule> after(long id, int limit) {
		return this.present.byId.tailMap(id, false).values().stream().limit(limit).toList();
	}

	/** Returns a text that is another for other rules. */
	static String version(List<AccessRule> rules) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			for (AccessRule rule : rules) {
				digest.update((rule + "\n").getBytes(StandardCharsets.UTF_8));
			}
			return HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Java has no SHA-256", ex);
		}
	}

	/**
	 * Adds a rule, under a number of its own, which is returned with it.
	 * @throws NoSuchUser if there is no such user
	 */
	AccessRule add(Caller caller, AccessRule rule) {
		return this.administration.change(caller, () -> insert(rule),
				(added) -> Stream.of(described("rule.create", added.id(), null, added)),
				(added) -> apply((rules) -> rules.put(added.id(), added)));
	}

	/**
	 * Changes the rule of a number.
	 * @param change makes the changed rule from the present one
	 * @return the changed rule, or empty if there is none of this number
	 * @throws NoSuchUser if there is no such user
	 */
	Optional<AccessRule> change(Caller caller, long id, UnaryOperator<AccessRule> change) {
		return this.administration.change(caller, () -> find(id).map((before) -> update(change.apply(before))),
				(changed) -> changed.stream()
					.map((after) -> described("rule.change", id, find(id).orElse(null), after)),
				(changed) -> changed.ifPresent((rule) -> apply((rules) -> rules.put(id, rule))));
	}

	/** Deletes a rule; returns whether there was one of this number. */
	boolean delete(Caller caller, long id) {
		return this.administration.change(caller, () -> remove(id),
				(deleted) -> find(id).stream()
					.filter((present) -> deleted)
					.map((present) -> described("rule.delete", id, present, null)),
				(deleted) -> {
					if (deleted) {
						apply((rules) -> rules.remove(id));
					}
				});
	}

	/**
	 * Puts other rules in the place of all: those with a number in the place of the rule
	 * of this number, those without as new ones.
	 * @param expected whether the rules of a {@link #version} may be replaced
	 * @return the new rules, in the order of their numbers
	 * @throws OtherVersion if there are others by now
	 * @throws NoSuchRule if there is none of a number
	 * @throws NoSuchUser if there is no such user
	 */
	List<AccessRule> replace(Caller caller, Predicate<String> expected, Collection<AccessRule> wanted) {
		return this.administration.change(caller, () -> {
			if (!expected.test(version(all()))) {
				throw new OtherVersion();
			}
			return replaceAll(wanted);
		}, this::describedDifference, this::apply).values().stream().toList();
	}

	private Described described(String action, long id, @Nullable AccessRule before, @Nullable AccessRule after) {
		return new Described(action, "acl/rules/" + id, view(before), view(after));
	}

	private @Nullable RuleView view(@Nullable AccessRule rule) {
		return (rule != null) ? RuleView.of(rule, this.users) : null;
	}

	/** Only the rules that are other ones then, and many of them in more than one row. */
	private Stream<Described> describedDifference(NavigableMap<Long, AccessRule> after) {
		Map<Long, AccessRule> before = this.present.byId;
		List<Long> different = Stream.concat(before.keySet().stream(), after.keySet().stream())
			.distinct()
			.sorted()
			.filter((id) -> !Objects.equals(before.get(id), after.get(id)))
			.toList();
		List<List<Long>> rows = new ArrayList<>(List.of(new ArrayList<>()));
		int bytes = 0;
		for (Long id : different) {
			int more = bytes(before.get(id)) + bytes(after.get(id));
			if (bytes + more > BYTES_OF_A_ROW && bytes > 0) {
				rows.add(new ArrayList<>());
				bytes = 0;
			}
			rows.get(rows.size() - 1).add(id);
			bytes += more;
		}
		return rows.stream().map((ids) -> new Described("acl.replace", "acl", views(before, ids), views(after, ids)));
	}

	private static int bytes(@Nullable AccessRule rule) {
		return (rule != null) ? BYTES_OF_A_RULE + 6 * rule.topic().value().length() : 0;
	}

	private List<RuleView> views(Map<Long, AccessRule> rules, List<Long> ids) {
		return ids.stream()
			.map(rules::get)
			.filter(Objects::nonNull)
			.map((rule) -> RuleView.of(rule, this.users))
			.toList();
	}

	private NavigableMap<Long, AccessRule> replaceAll(Collection<AccessRule> wanted) {
		Map<Long, AccessRule> before = this.present.byId;
		List<AccessRule> added = new ArrayList<>();
		NavigableMap<Long, AccessRule> rules = new TreeMap<>();
		for (AccessRule rule : wanted) {
			if (rule.id() == AccessRule.UNNUMBERED) {
				added.add(rule);
				continue;
			}
			AccessRule present = before.get(rule.id());
			if (present == null) {
				throw new NoSuchRule(rule.id());
			}
			rules.put(rule.id(), rule.equals(present) ? rule : update(rule));
		}
		before.keySet().stream().filter((id) -> !rules.containsKey(id)).forEach(this::remove);
		for (AccessRule rule : added) {
			AccessRule inserted = insert(rule);
			rules.put(inserted.id(), inserted);
		}
		return rules;
	}

	private AccessRule insert(AccessRule rule) {
		checkUser(rule);
		return this.jdbc.sql("""
				select id, scope, user_id, access, topic from final table (
					insert into access_rules (scope, user_id, access, topic)
					values (:scope, :userId, :access, :topic))""")
			.param("scope", rule.scope().name())
			.param("userId", rule.userId())
			.param("access", rule.access().name())
			.param("topic", rule.topic().value())
			.query(ROW)
			.single();
	}

	private AccessRule update(AccessRule rule) {
		checkUser(rule);
		this.jdbc.sql("""
				update access_rules set scope = :scope, user_id = :userId, access = :access, topic = :topic
				where id = :id""")
			.param("scope", rule.scope().name())
			.param("userId", rule.userId())
			.param("access", rule.access().name())
			.param("topic", rule.topic().value())
			.param("id", rule.id())
			.update();
		return rule;
	}

	/** It may have been deleted since the rule was made. */
	private void checkUser(AccessRule rule) {
		if (rule.userId() != null && this.users.byId(rule.userId()) == null) {
			throw new NoSuchUser();
		}
	}

	private boolean remove(long id) {
		return this.jdbc.sql("delete from access_rules where id = :id").param("id", id).update() > 0;
	}

	/** The rules of a user are gone with it: nobody who is left decides by them. */
	@EventListener
	@Order(0)
	void on(LoginsRevoked event) {
		if (event.deleted()) {
			NavigableMap<Long, AccessRule> rules = copy();
			if (rules.values().removeIf((rule) -> rule.isOf(event.userId()))) {
				hold(rules);
			}
		}
	}

	private NavigableMap<Long, AccessRule> copy() {
		return new TreeMap<>(this.present.byId);
	}

	private void apply(Consumer<NavigableMap<Long, AccessRule>> change) {
		NavigableMap<Long, AccessRule> rules = copy();
		change.accept(rules);
		apply(rules);
	}

	private void apply(NavigableMap<Long, AccessRule> rules) {
		hold(rules);
		this.events.publishEvent(new RulesChanged());
	}

	private void hold(NavigableMap<Long, AccessRule> rules) {
		this.present = new Present(rules, RuleSet.of(rules.values(), this.emptyAllows));
		this.revision.incrementAndGet();
	}

	/** The rules of a moment; nothing in it changes. */
	private record Present(NavigableMap<Long, AccessRule> byId, RuleSet set) {
	}

	/** There are other rules than the caller has seen. */
	static final class OtherVersion extends RuntimeException {

	}

	/** There is no rule of this number. */
	static final class NoSuchRule extends RuntimeException {

		private final long id;

		NoSuchRule(long id) {
			this.id = id;
		}

		long id() {
			return this.id;
		}

	}

	/** The user of a rule is gone. */
	static final class NoSuchUser extends RuntimeException {

	}

}
