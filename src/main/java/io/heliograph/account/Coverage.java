package io.heliograph.account;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;

/**
 * What some filters cover of others. A topic stands for all that a filter matches with as
 * many levels, if its wildcard levels hold a name that occurs in none of the filters:
 * only a wildcard can cover that.
 */
final class Coverage {

	private static final Subject NOBODY = new Subject(null, null, null);

	/** Each filter as a rule that denies: they are found by their levels. */
	private final RuleTree covering;

	private final int deepest;

	private final String name;

	/**
	 * @param covering the filters that cover
	 * @param others those of which it is asked what is covered
	 */
	Coverage(List<TopicFilter> covering, List<TopicFilter> others) {
		this.covering = new RuleTree(covering.stream()
			.map((filter) -> new AccessRule(AccessRule.UNNUMBERED, Scope.ANONYMOUS, null, Access.DENY, filter))
			.toList());
		this.deepest = covering.stream().mapToInt((filter) -> filter.levels().size()).max().orElse(0);
		this.name = nameIn(Stream.concat(covering.stream(), others.stream())
			.flatMap((filter) -> filter.levels().stream())
			.collect(Collectors.toSet()));
	}

	/** A name that is none of these. */
	private static String nameIn(Set<String> taken) {
		String name = "x";
		for (int i = 0; taken.contains(name); i++) {
			name = Integer.toString(i, Character.MAX_RADIX);
		}
		return name;
	}

	/** Whether each topic that one of the others matches is covered. */
	boolean covers(TopicFilter filter) {
		List<String> levels = filter.levels();
		levels.replaceAll((level) -> level.equals("+") ? this.name : level);
		if (!levels.get(levels.size() - 1).equals("#")) {
			return covered(levels);
		}
		int deepest = Math.max(levels.size(), Math.min(this.deepest + 1, Topic.MAX_LEVELS));
		levels.remove(levels.size() - 1);
		boolean covered = covered(levels);
		while (covered && levels.size() < deepest) {
			levels.add(this.name);
			covered = covered(levels);
		}
		return covered;
	}

	private boolean covered(List<String> levels) {
		Topic topic = Topic.of(levels);
		return topic == null || this.covering.decide(NOBODY, Action.READ, topic) != null;
	}

}
