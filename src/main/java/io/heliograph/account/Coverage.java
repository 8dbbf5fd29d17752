package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;

/**
 * Whether some filters leave nothing of another one uncovered. A topic stands for all
 * that a filter matches with as many levels, if its wildcard levels hold a name that
 * occurs in none of the filters: only a wildcard can cover that.
 */
final class Coverage {

	private Coverage() {
	}

	/** Whether each topic that the filter matches is matched by one of the others. */
	static boolean covers(List<TopicFilter> filters, TopicFilter filter) {
		if (filters.isEmpty()) {
			return false;
		}
		String name = nameIn(filters, filter);
		List<String> levels = new ArrayList<>(filter.levels());
		levels.replaceAll((level) -> level.equals("+") ? name : level);
		if (!levels.get(levels.size() - 1).equals("#")) {
			return covered(filters, levels);
		}
		int deepest = Math.max(levels.size(), Math.min(deepest(filters) + 1, Topic.MAX_LEVELS));
		levels.remove(levels.size() - 1);
		boolean covered = covered(filters, levels);
		while (covered && levels.size() < deepest) {
			levels.add(name);
			covered = covered(filters, levels);
		}
		return covered;
	}

	private static boolean covered(List<TopicFilter> filters, List<String> levels) {
		Topic topic = Topic.of(levels);
		return topic == null || filters.stream().anyMatch((filter) -> filter.matches(topic));
	}

	/** A name that stands in none of the filters. */
	private static String nameIn(List<TopicFilter> filters, TopicFilter filter) {
		String name = "x";
		for (int i = 0; occurs(name, filters, filter); i++) {
			name = Integer.toString(i, Character.MAX_RADIX);
		}
		return name;
	}

	private static boolean occurs(String name, List<TopicFilter> filters, TopicFilter filter) {
		return filter.levels().contains(name) || filters.stream().anyMatch((one) -> one.levels().contains(name));
	}

	private static int deepest(List<TopicFilter> filters) {
		return filters.stream().mapToInt((filter) -> filter.levels().size()).max().orElse(0);
	}

}
