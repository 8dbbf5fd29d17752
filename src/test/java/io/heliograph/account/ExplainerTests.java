package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.account.Explanation.Considered;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Why rules decide as they do. */
class ExplainerTests {

	private static final Subject ALICE = new Subject(1L, "alice", "glass");

	private final List<AccessRule> rules = new ArrayList<>();

	private void rule(Scope scope, Access access, String topic) {
		this.rules.add(new AccessRule(this.rules.size() + 1, scope, (scope == Scope.USER) ? (Long) 1L : null, access,
				new TopicFilter(topic)));
	}

	private Explainer explainer(Subject who) {
		return new Explainer(RuleSet.of(this.rules, false), who,
				(rule) -> new RuleView(rule.id(), rule.scope(), null, rule.access(), rule.topic().value()));
	}

	private Explanation explain(Action action, String topic) {
		return explain(ALICE, action, topic);
	}

	private Explanation explain(Subject who, Action action, String topic) {
		Decision decision = RuleSet.of(this.rules, false).decide(who, action, new Topic(topic));
		return explainer(who).explain(decision, action, new Topic(topic));
	}

	private static List<Long> numbers(Explanation explanation) {
		return explanation.rules().stream().map((considered) -> considered.rule().id()).toList();
	}

	private static List<String> reasons(Explanation explanation) {
		return explanation.rules().stream().map(Considered::because).toList();
	}

	@Test
	void goThroughTheRulesInTheOrderInWhichTheyCount() {
		rule(Scope.EVERYONE, Access.READ, "a");
		rule(Scope.EVERYONE, Access.DENY, "b");
		rule(Scope.USER, Access.READ, "c");
		rule(Scope.USER, Access.DENY, "d");
		rule(Scope.ANONYMOUS, Access.READ, "a");
		assertThat(numbers(explain(Action.READ, "x"))).containsExactly(4L, 3L, 2L, 1L);
		Explanation explanation = explain(Action.READ, "b");
		assertThat(numbers(explanation)).containsExactly(4L, 3L, 2L);
		assertThat(explanation.because()).isEqualTo("Rule 2, one of everyone, denies it.");
		assertThat(explanation.rules()).last().extracting(Considered::matches).isEqualTo(true);
		assertThat(explain(Action.READ, "c").because()).isEqualTo("Rule 3, one of its own, grants it.");
		assertThat(explain(Action.READ, "x").because()).isEqualTo("No rule grants it.");
	}

	@Test
	void sayWhyARuleIsNotAboutIt() {
		rule(Scope.EVERYONE, Access.WRITE, "a");
		rule(Scope.EVERYONE, Access.READ, "b");
		rule(Scope.EVERYONE, Access.READ, "of/%c/x");
		assertThat(reasons(explain(Action.READ, "a"))).containsExactly("it is about the topic, but grants write only",
				"the topic is not under it",
				"for this client it is about 'of/glass/x', and the topic is not under that");
		this.rules.clear();
		rule(Scope.EVERYONE, Access.READ, "of/%u");
		rule(Scope.EVERYONE, Access.READ, "of/%c");
		assertThat(reasons(explain(new Subject(null, null, null), Action.READ, "of/x")))
			.containsExactly("there is no user name for %u", "there is no client id for %c");
		assertThat(reasons(explain(new Subject(1L, "alice", "a+"), Action.READ, "of/x")))
			.allMatch((reason) -> reason.contains("holds + or #"));
		assertThat(reasons(explain(new Subject(1L, "alice", "a/b"), Action.READ, "of/x"))).last()
			.asString()
			.contains("stand for one level");
	}

	@Test
	void sayWhatNoRuleDecides() {
		assertThat(explain(Action.READ, "a").because()).contains("heliograph.acl.no-rules says deny");
		rule(Scope.EVERYONE, Access.READWRITE, "$SYS/#");
		Explanation reserved = explain(Action.WRITE, "$SYS/a");
		assertThat(reserved.because()).isEqualTo("Nobody may write to topics that start with $.");
		assertThat(reserved.rules()).isEmpty();
		assertThat(reserved.hint()).isNull();
		assertThat(explain(Action.READ, "$SYS/a").allowed()).isTrue();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`',
			value = { "EVERYONE, WRITE, t/a, t/a, readwrite would grant it",
					"USER, READ, T/a, t/a, upper and lower case", "EVERYONE, READ, /t/a, t/a, the / at the beginning",
					"EVERYONE, READ, t/a, /t/a, the / at the beginning", "EVERYONE, READ, t/a/, t/a, the / at the end",
					"EVERYONE, READ, t/a, t/a/, the / at the end",
					"EVERYONE, READ, t/+, t/a/b, 't/+/#' would take what is below",
					"EVERYONE, READ, of/%c/x, of/watch/x, it is about 'of/glass/x'",
					"USER, READ, of/%c/x, of/glass/x, %u and %c are plain text", "USER, READ, of/%c/x, of/watch/x,",
					"USER, READ, %u/x, of/x,", "EVERYONE, READ, #, $SYS/a, no topic that starts with $",
					"EVERYONE, READ, +/a, $SYS/a, a wildcard at the beginning", "EVERYONE, READ, t/a, $SYS/a,",
					"EVERYONE, READ, SYS/#, $SYS/a,", "EVERYONE, READ, t/a, t/b,", "EVERYONE, WRITE, t/a, t/a/b,",
					"EVERYONE, DENY, t/#, t/a," })
	void hintAtWhatIsNearlyRight(Scope scope, Access access, String rule, String topic, @Nullable String hint) {
		rule(scope, access, rule);
		isDeniedWith(hint, explain(Action.READ, topic));
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`',
			value = { "EVERYONE, WRITE, t/#, t/a, readwrite would grant it",
					"USER, READ, T/#, t/#, upper and lower case", "EVERYONE, READ, /t/a, t/+, the / at the beginning",
					"EVERYONE, READ, of/%c/#, of/watch/#, it is about 'of/glass/#'",
					"USER, READ, of/%c/#, of/glass/#, %u and %c are plain text", "EVERYONE, READ, t/a, t/b/#,",
					"EVERYONE, READ, #, $SYS/#, no topic that starts with $" })
	void hintAtWhatIsNearlyRightForASubscription(Scope scope, Access access, String rule, String filter,
			@Nullable String hint) {
		rule(scope, access, rule);
		isDeniedWith(hint, explainSubscribe(filter));
	}

	private static void isDeniedWith(@Nullable String hint, Explanation explanation) {
		assertThat(explanation.allowed()).isFalse();
		if (hint == null) {
			assertThat(explanation.hint()).isNull();
		}
		else {
			assertThat(explanation.hint()).contains("ule 1 ", hint);
		}
	}

	private Explanation explainSubscribe(String filter) {
		TopicFilter wanted = new TopicFilter(filter);
		Decision decision = RuleSet.of(this.rules, false).decideSubscribe(ALICE, wanted);
		return explainer(ALICE).explain(decision, wanted);
	}

	@Test
	void hintAtTheRulesThatDeny() {
		rule(Scope.EVERYONE, Access.READ, "t/#");
		rule(Scope.EVERYONE, Access.DENY, "t/a");
		assertThat(explain(Action.READ, "t/a").hint()).isEqualTo("Without rule 2, rule 1 would grant it.");
		assertThat(explainSubscribe("t/a").hint()).isEqualTo("Without rule 2, rule 1 would grant it.");
		rule(Scope.USER, Access.DENY, "t/+");
		assertThat(explain(Action.READ, "t/a").hint()).isEqualTo("Without rules 3, 2, rule 1 would grant it.");
		rule(Scope.USER, Access.READ, "t/a");
		assertThat(explain(Action.READ, "t/a").hint()).isEqualTo("Without rule 3, rule 4 would grant it.");
	}

	/** A deny that goes before them would decide all the same. */
	@ParameterizedTest
	@CsvSource({ "USER, a, USER, WRITE, a", "EVERYONE, a, EVERYONE, WRITE, #", "USER, a, USER, READ, A",
			"USER, a, EVERYONE, READ, /a", "EVERYONE, a, EVERYONE, READ, %u" })
	void hintAtNoGrantBehindADeny(Scope denied, String deny, Scope granted, Access access, String grant) {
		rule(denied, Access.DENY, deny);
		rule(granted, access, grant);
		assertThat(explain(Action.READ, "a").hint()).isNull();
		assertThat(explainSubscribe("a").hint()).isNull();
	}

	@Test
	void hintAtAnOwnGrantBeforeADenyOfEveryone() {
		rule(Scope.EVERYONE, Access.DENY, "a");
		rule(Scope.USER, Access.READ, "A");
		assertThat(explain(Action.READ, "a").hint()).contains("Rule 2 differs in upper and lower case");
	}

	@Test
	void hintAtNothingWhereItIsAllowed() {
		rule(Scope.EVERYONE, Access.READ, "a");
		rule(Scope.EVERYONE, Access.READ, "A");
		assertThat(explain(Action.READ, "a").hint()).isNull();
	}

	@Test
	void takeALongTopicForNoNearMiss() {
		rule(Scope.EVERYONE, Access.READ, "a/".repeat(199) + "a");
		assertThat(explain(Action.READ, "b").hint()).isNull();
	}

}
