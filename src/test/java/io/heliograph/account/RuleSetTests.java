package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What access rules decide. */
class RuleSetTests {

	private static final long ALICE = 1;

	private static final Subject DEVICE_OF_ALICE = new Subject(ALICE, "alice", "glass");

	private static final Subject DEVICE_OF_BOB = new Subject(2L, "bob", "watch");

	private static final Subject ANONYMOUS = new Subject(null, null, "lamp");

	private final List<AccessRule> rules = new ArrayList<>();

	private AccessRule own(Access access, String topic) {
		return rule(Scope.USER, ALICE, access, topic);
	}

	private AccessRule everyone(Access access, String topic) {
		return rule(Scope.EVERYONE, null, access, topic);
	}

	private AccessRule anonymous(Access access, String topic) {
		return rule(Scope.ANONYMOUS, null, access, topic);
	}

	private AccessRule rule(Scope scope, Long userId, Access access, String topic) {
		AccessRule rule = new AccessRule(this.rules.size() + 1, scope, userId, access, new TopicFilter(topic));
		this.rules.add(rule);
		return rule;
	}

	private Decision decide(Subject who, Action action, String topic) {
		return RuleSet.of(this.rules, false).decide(who, action, new Topic(topic));
	}

	private Decision read(String topic) {
		return decide(DEVICE_OF_ALICE, Action.READ, topic);
	}

	private boolean reads(Subject who, String topic) {
		return decide(who, Action.READ, topic).allowed();
	}

	private static Decision allowedBy(AccessRule rule) {
		return new Decision(true, rule);
	}

	private static Decision deniedBy(AccessRule rule) {
		return new Decision(false, rule);
	}

	@Test
	void denyWhatNoRuleIsAbout() {
		own(Access.READWRITE, "a");
		assertThat(read("b")).isEqualTo(deniedBy(null));
	}

	@Test
	void takeOwnDeniesBeforeOwnGrants() {
		AccessRule grant = own(Access.READWRITE, "t/#");
		AccessRule deny = own(Access.DENY, "t/+");
		own(Access.READ, "t/x");
		assertThat(read("t/x")).isEqualTo(deniedBy(deny));
		assertThat(read("t/x/y")).isEqualTo(allowedBy(grant));
	}

	@Test
	void takeOwnGrantsBeforeEveryonesDenies() {
		everyone(Access.DENY, "t/#");
		AccessRule grant = own(Access.READ, "t/x");
		assertThat(read("t/x")).isEqualTo(allowedBy(grant));
		assertThat(reads(DEVICE_OF_BOB, "t/x")).isFalse();
	}

	@Test
	void takeOwnDeniesBeforeEveryonesGrants() {
		everyone(Access.READ, "t/#");
		AccessRule deny = own(Access.DENY, "t/x");
		assertThat(read("t/x")).isEqualTo(deniedBy(deny));
		assertThat(reads(DEVICE_OF_BOB, "t/x")).isTrue();
	}

	@Test
	void takeEveryonesDeniesBeforeEveryonesGrants() {
		AccessRule grant = everyone(Access.READ, "t/#");
		AccessRule deny = everyone(Access.DENY, "t/x");
		assertThat(read("t/x")).isEqualTo(deniedBy(deny));
		assertThat(read("t/y")).isEqualTo(allowedBy(grant));
	}

	@ParameterizedTest
	@CsvSource({ "READ, true, false", "WRITE, false, true", "READWRITE, true, true", "DENY, false, false" })
	void grantWhatTheyName(Access access, boolean read, boolean write) {
		everyone(access, "t");
		assertThat(decide(DEVICE_OF_ALICE, Action.READ, "t").allowed()).isEqualTo(read);
		assertThat(decide(DEVICE_OF_ALICE, Action.WRITE, "t").allowed()).isEqualTo(write);
	}

	@Test
	void letAGrantOfTheOtherActionFallThrough() {
		own(Access.WRITE, "t");
		AccessRule grant = everyone(Access.READ, "t");
		assertThat(read("t")).isEqualTo(allowedBy(grant));
	}

	@Test
	void keepAnonymousClientsAndUsersApart() {
		anonymous(Access.READ, "a");
		own(Access.READ, "b");
		everyone(Access.READ, "c");
		assertThat(List.of("a", "b", "c")).filteredOn((topic) -> reads(ANONYMOUS, topic)).containsExactly("a", "c");
		assertThat(List.of("a", "b", "c")).filteredOn((topic) -> reads(DEVICE_OF_ALICE, topic))
			.containsExactly("b", "c");
		assertThat(List.of("a", "b", "c")).filteredOn((topic) -> reads(DEVICE_OF_BOB, topic)).containsExactly("c");
	}

	@Test
	void putTheNamesIntoEveryonesRules() {
		everyone(Access.READ, "of/%u/on/%c/#");
		assertThat(reads(DEVICE_OF_ALICE, "of/alice/on/glass/x")).isTrue();
		assertThat(reads(DEVICE_OF_ALICE, "of/bob/on/glass/x")).isFalse();
		assertThat(reads(DEVICE_OF_ALICE, "of/alice/on/watch/x")).isFalse();
		assertThat(reads(DEVICE_OF_ALICE, "of/%u/on/%c/x")).isFalse();
		assertThat(reads(ANONYMOUS, "of//on/lamp/x")).isFalse();
	}

	@Test
	void takeVariablesAsWholeLevelsOnly() {
		everyone(Access.READ, "dev-%c/x");
		assertThat(reads(DEVICE_OF_ALICE, "dev-glass/x")).isFalse();
		assertThat(reads(DEVICE_OF_ALICE, "dev-%c/x")).isTrue();
	}

	@Test
	void takeVariablesLiterallyInOtherScopes() {
		own(Access.READ, "own/%u");
		anonymous(Access.READ, "anyone/%c");
		assertThat(reads(DEVICE_OF_ALICE, "own/%u")).isTrue();
		assertThat(reads(DEVICE_OF_ALICE, "own/alice")).isFalse();
		assertThat(reads(ANONYMOUS, "anyone/%c")).isTrue();
		assertThat(reads(ANONYMOUS, "anyone/lamp")).isFalse();
	}

	@Test
	void giveNoClientIdToWhoComesOverHttp() {
		everyone(Access.WRITE, "up/%c");
		everyone(Access.WRITE, "of/%u");
		Subject caller = new Subject(ALICE, "alice", null);
		assertThat(decide(caller, Action.WRITE, "of/alice").allowed()).isTrue();
		assertThat(decide(caller, Action.WRITE, "up/null").allowed()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "+", "#", "a+", "b#c", "x/+", "a/#" })
	void giveANameWithAWildcardNothingByEveryonesRules(String name) {
		everyone(Access.READ, "%c/#");
		everyone(Access.READ, "%u/#");
		everyone(Access.READ, "plain");
		Subject device = new Subject(ALICE, "alice", name);
		assertThat(List.of("plain", "alice/x", "bob/x", "x", "x/y", "a/y")).noneMatch((topic) -> reads(device, topic));
		Subject user = new Subject(ALICE, name, "glass");
		assertThat(List.of("plain", "glass/x", "bob/x", "x", "x/y", "a/y")).noneMatch((topic) -> reads(user, topic));
	}

	@Test
	void letNoNameStandForTwoLevels() {
		everyone(Access.READ, "in/%c");
		everyone(Access.READ, "plain");
		Subject device = new Subject(ALICE, "alice", "a/b");
		assertThat(reads(device, "in/a/b")).isFalse();
		assertThat(reads(device, "plain")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "%c/#", "%u/#", "%c/+", "+/a", "#" })
	void letNoNameReachTheServersTopics(String topic) {
		everyone(Access.READ, topic);
		assertThat(reads(new Subject(ALICE, "$SYS", "$SYS"), "$SYS/a")).isFalse();
	}

	@Test
	void takeANameThatIsTooLongForATopicAsNoMatch() {
		everyone(Access.READ, "in/%c");
		everyone(Access.READ, "plain");
		Subject device = new Subject(ALICE, "alice", "x".repeat(65_535));
		assertThat(reads(device, "in/a")).isFalse();
		assertThat(reads(device, "plain")).isTrue();
		assertThat(RuleSet.of(this.rules, false).mayReadUnder(device, new TopicFilter("#"))).isTrue();
	}

	@Test
	void denyToWriteWhatBelongsToTheServer() {
		own(Access.READWRITE, "$SYS/#");
		everyone(Access.READWRITE, "$other");
		assertThat(decide(DEVICE_OF_ALICE, Action.WRITE, "$SYS/x")).isEqualTo(Decision.denied(Refusal.Reason.RESERVED));
		assertThat(decide(DEVICE_OF_ALICE, Action.WRITE, "$other")).isEqualTo(Decision.denied(Refusal.Reason.RESERVED));
		assertThat(reads(DEVICE_OF_ALICE, "$SYS/x")).isTrue();
		assertThat(reads(DEVICE_OF_ALICE, "$other")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void decideAsItIsSetWhileThereIsNone(boolean emptyAllows) {
		RuleSet none = RuleSet.of(List.of(), emptyAllows);
		for (Subject who : List.of(DEVICE_OF_ALICE, ANONYMOUS)) {
			assertThat(none.decide(who, Action.READ, new Topic("a")).allowed()).isEqualTo(emptyAllows);
			assertThat(none.decide(who, Action.WRITE, new Topic("a")).allowed()).isEqualTo(emptyAllows);
			assertThat(none.decide(who, Action.READ, new Topic("$SYS/a")).allowed()).isEqualTo(emptyAllows);
			assertThat(none.decide(who, Action.WRITE, new Topic("$SYS/a")).allowed()).isFalse();
			assertThat(none.mayReadUnder(who, new TopicFilter("#"))).isEqualTo(emptyAllows);
		}
	}

	@ParameterizedTest
	@EnumSource
	void forgetTheSettingWithTheFirstRuleOfAnyScope(Scope scope) {
		rule(scope, (scope == Scope.USER) ? 77L : null, Access.READ, "other");
		assertThat(RuleSet.of(this.rules, true).decide(DEVICE_OF_ALICE, Action.READ, new Topic("a")).allowed())
			.isFalse();
	}

	@Test
	void letAnAdminPublishWhatItsOwnRulesDoNotDeny() {
		AccessRule deny = own(Access.DENY, "secret/#");
		own(Access.READ, "a");
		own(Access.WRITE, "a");
		everyone(Access.DENY, "#");
		RuleSet set = RuleSet.of(this.rules, false);
		Subject admin = new Subject(ALICE, "alice", null);
		assertThat(set.decideForAdmin(admin, new Topic("a")).allowed()).isTrue();
		assertThat(set.decideForAdmin(admin, new Topic("secret/x"))).isEqualTo(deniedBy(deny));
		assertThat(set.decideForAdmin(admin, new Topic("$SYS/x")).allowed()).isFalse();
	}

}
