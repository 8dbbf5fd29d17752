package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is decided quickly is what Mosquitto's description of an ACL file says, read
 * plainly: rule after rule, level after level.
 */
class RuleSetPropertyTests {

	private static final int SETS = 200;

	private static final int DECISIONS = 60;

	/** Few, so that they meet; some that look like variables, or belong to the server. */
	private static final String[] NAMES = { "a", "b", "alice", "glass", "", "$SYS", "%u", "%c" };

	private static final String[] USERS = { "alice", "bob", "$SYS", "a/b", "+", "" };

	private static final String[] CLIENTS = { "glass", "a", "b", "a/b", "x#", "$SYS", "%c" };

	private Random random = new Random();

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void decidesAsReadPlainly(long seed) {
		this.random = new Random(seed);
		int allowed = 0;
		for (int set = 0; set < SETS; set++) {
			List<AccessRule> rules = rules();
			boolean emptyAllows = this.random.nextBoolean();
			RuleSet decisions = RuleSet.of(rules, emptyAllows);
			for (int i = 0; i < DECISIONS; i++) {
				Subject who = subject();
				Action action = one(Action.values());
				Topic topic = topic();
				Decision expected = readPlainly(rules, emptyAllows, who, action, topic);
				assertThat(decisions.decide(who, action, topic))
					.as("%s %s %s by %s, seed %s", who, action, topic, rules, seed)
					.isEqualTo(expected);
				checkExplanation(decisions, who, action, topic, expected);
				allowed += expected.allowed() ? 1 : 0;
			}
		}
		assertThat(allowed).as("both decisions occur").isBetween(SETS * DECISIONS / 20, SETS * DECISIONS * 19 / 20);
	}

	/** The way that it tells ends at the rule that decides, and passes no other. */
	private static void checkExplanation(RuleSet decisions, Subject who, Action action, Topic topic,
			Decision decision) {
		Explanation explanation = new Explainer(decisions, who,
				(rule) -> new RuleView(rule.id(), rule.scope(), null, rule.access(), rule.topic().value()))
			.explain(decisions.decide(who, action, topic), action, topic);
		List<Long> matching = explanation.rules()
			.stream()
			.filter(Explanation.Considered::matches)
			.map((considered) -> considered.rule().id())
			.toList();
		assertThat(explanation.allowed()).isEqualTo(decision.allowed());
		assertThat(matching).isEqualTo((decision.rule() != null) ? List.of(decision.rule().id()) : List.of());
	}

	private static Decision readPlainly(List<AccessRule> rules, boolean emptyAllows, Subject who, Action action,
			Topic topic) {
		if (action == Action.WRITE && topic.name().startsWith("$")) {
			return Decision.denied(Refusal.Reason.RESERVED);
		}
		if (rules.isEmpty()) {
			return new Decision(emptyAllows, null);
		}
		List<AccessRule> own = rules.stream()
			.filter((rule) -> (who.userId() != null) ? who.userId().equals(rule.userId())
					: rule.scope() == Scope.ANONYMOUS)
			.toList();
		List<AccessRule> everyones = rules.stream().filter((rule) -> rule.scope() == Scope.EVERYONE).toList();
		Decision decision = firstOf(own, who, action, topic);
		if (decision == null && !hasWildcard(who.userName()) && !hasWildcard(who.clientId())) {
			decision = firstOf(everyones, who, action, topic);
		}
		return (decision != null) ? decision : new Decision(false, null);
	}

	private static boolean hasWildcard(@Nullable String name) {
		return name != null && (name.contains("+") || name.contains("#"));
	}

	/** Each deny first, whatever its place, then the rest. */
	private static @Nullable Decision firstOf(List<AccessRule> rules, Subject who, Action action, Topic topic) {
		for (AccessRule rule : rules) {
			if (rule.access() == Access.DENY && covers(rule, who, topic)) {
				return new Decision(false, rule);
			}
		}
		for (AccessRule rule : rules) {
			boolean grants = rule.access() == Access.READWRITE || rule.access().name().equals(action.name());
			if (grants && covers(rule, who, topic)) {
				return new Decision(true, rule);
			}
		}
		return null;
	}

	private static boolean covers(AccessRule rule, Subject who, Topic topic) {
		String[] filter = rule.topic().value().split("/", -1);
		String[] levels = topic.name().split("/", -1);
		boolean variables = rule.scope() == Scope.EVERYONE;
		for (int i = 0; i < filter.length; i++) {
			String wanted = filter[i];
			boolean isName = variables && (wanted.equals("%u") || wanted.equals("%c"));
			if (isName) {
				wanted = wanted.equals("%u") ? who.userName() : who.clientId();
			}
			boolean wildcard = !isName && (filter[i].equals("#") || filter[i].equals("+"));
			if (i == 0 && levels[0].startsWith("$") && (wildcard || isName)) {
				return false;
			}
			if (wildcard && filter[i].equals("#")) {
				return i <= levels.length;
			}
			if (i >= levels.length || (!wildcard && !levels[i].equals(wanted))) {
				return false;
			}
		}
		return filter.length == levels.length;
	}

	private List<AccessRule> rules() {
		List<AccessRule> rules = new ArrayList<>();
		int count = this.random.nextInt(24);
		for (int id = 1; id <= count; id++) {
			Scope scope = one(Scope.values());
			Long userId = (scope == Scope.USER) ? (Long) (long) this.random.nextInt(USERS.length) : null;
			rules.add(new AccessRule(id, scope, userId, one(Access.values()), filter()));
		}
		return rules;
	}

	private TopicFilter filter() {
		List<String> levels = levels();
		levels.replaceAll((level) -> (this.random.nextInt(4) == 0) ? "+" : level);
		if (this.random.nextInt(3) == 0) {
			levels.set(levels.size() - 1, "#");
		}
		TopicFilter filter = TopicFilter.of(levels);
		return (filter != null) ? filter : filter();
	}

	private Topic topic() {
		Topic topic = Topic.of(levels());
		return (topic != null) ? topic : topic();
	}

	private List<String> levels() {
		List<String> levels = new ArrayList<>();
		int depth = 1 + this.random.nextInt(4);
		for (int i = 0; i < depth; i++) {
			levels.add(one(NAMES));
		}
		return levels;
	}

	private Subject subject() {
		int user = this.random.nextInt(USERS.length + 1);
		String client = (this.random.nextInt(8) == 0) ? null : one(CLIENTS);
		return (user == USERS.length) ? new Subject(null, null, client) : new Subject((long) user, USERS[user], client);
	}

	private <T> T one(T[] choices) {
		return choices[this.random.nextInt(choices.length)];
	}

}
