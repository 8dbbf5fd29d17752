package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import io.heliograph.testing.TopicSamples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Whether anything is left of a filter, against all topics there are. */
class CoverageTests {

	private static final List<Topic> TOPICS = TopicSamples.topics();

	private static List<TopicFilter> filters(String filters) {
		return java.util.Arrays.stream(filters.split(" ")).map(TopicFilter::new).toList();
	}

	private static boolean covers(List<TopicFilter> covering, TopicFilter filter) {
		return new Coverage(covering, List.of(filter)).covers(filter);
	}

	@ParameterizedTest
	@CsvSource({ "#, #", "#, +/a", "a/#, a", "a/#, a/+/b", "+/# $s/#, a/#", "+, a", "+ +/+ +/+/#, #", "a a/#, a/#",
			"a +/b a/+, a/b", "a a/+ a/+/+/#, a/#", "#, x/x0", "/#, /", "+/+ +/+/#, /#", "$s/#, $s/+" })
	void isComplete(String filters, String filter) {
		assertThat(covers(filters(filters), new TopicFilter(filter))).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "+, #", "a b, +", "#, $s/#", "+/a, $s/a", "a/+, a/#", "a/#, #", "a/#, +", "+ +/+, #", "a/+ a/+/+, a/#",
			"x, +", "x x0 x1, +", "A B, +", "/+, +/+", "+, $s", "a/b, a/+", "a/b/#, a/#" })
	void isIncomplete(String filters, String filter) {
		assertThat(covers(filters(filters), new TopicFilter(filter))).isFalse();
	}

	@Test
	void isIncompleteWithoutFilters() {
		assertThat(covers(List.of(), new TopicFilter("a"))).isFalse();
	}

	@Test
	void holdsForFiltersAsDeepAndAsLongAsCanBe() {
		TopicFilter deep = new TopicFilter("+/".repeat(199) + "#");
		assertThat(covers(List.of(deep), deep)).isTrue();
		assertThat(covers(List.of(new TopicFilter("+/".repeat(199) + "+")), deep)).isFalse();
		TopicFilter longest = new TopicFilter("a".repeat(65_533) + "/#");
		assertThat(covers(filters("#"), longest)).isTrue();
		assertThat(covers(filters("+/+/+/+"), longest)).isFalse();
		TopicFilter full = new TopicFilter("x/" + "a".repeat(65_531) + "/+");
		assertThat(covers(filters("x/x"), full)).isFalse();
	}

	@Test
	void isWhatNoTopicContradicts() {
		Random random = new Random(3);
		int complete = 0;
		for (int i = 0; i < 4000; i++) {
			TopicFilter filter = TopicSamples.filter(random);
			List<TopicFilter> filters = new ArrayList<>();
			for (int j = random.nextInt(6); j >= 0; j--) {
				filters.add(TopicSamples.filter(random));
			}
			boolean expected = TOPICS.stream()
				.filter(filter::matches)
				.allMatch((topic) -> filters.stream().anyMatch((one) -> one.matches(topic)));
			assertThat(covers(filters, filter)).as("%s by %s", filter, filters).isEqualTo(expected);
			complete += expected ? 1 : 0;
		}
		assertThat(complete).isBetween(400, 3600);
	}

	@Test
	void decidesASubscriptionAsTheTopicsUnderItAreDecided() {
		Random random = new Random(5);
		int readable = 0;
		for (int i = 0; i < 6000; i++) {
			RuleSet rules = rules(random);
			Subject who = subject(random);
			TopicFilter filter = TopicSamples.filter(random);
			boolean expected = TOPICS.stream()
				.anyMatch((topic) -> filter.matches(topic) && rules.decide(who, Action.READ, topic).allowed());
			assertThat(rules.mayReadUnder(who, filter)).as("%s under %s by %s", who, filter, rules).isEqualTo(expected);
			readable += expected ? 1 : 0;
		}
		assertThat(readable).isBetween(1000, 5000);
	}

	private static RuleSet rules(Random random) {
		List<AccessRule> rules = new ArrayList<>();
		// more than are tried one after the other, too
		for (int i = random.nextInt(random.nextBoolean() ? 7 : 28); i > 0; i--) {
			Scope scope = Scope.values()[random.nextInt(3)];
			Access access = random.nextBoolean() ? Access.DENY : Access.values()[random.nextInt(3)];
			rules.add(new AccessRule(i, scope, (scope == Scope.USER) ? 1L : null, access, TopicSamples.filter(random,
					(scope == Scope.EVERYONE) ? new String[] { "%u", "%c" } : new String[0])));
		}
		return RuleSet.of(rules, random.nextBoolean());
	}

	private static Subject subject(Random random) {
		List<String> ids = List.of("a", "b", "a/b", "+", "$s");
		String id = ids.get(random.nextInt(ids.size()));
		return random.nextBoolean() ? new Subject(1L, random.nextBoolean() ? "a" : "$s", id)
				: new Subject(null, null, id);
	}

}
