package io.heliograph.account;

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
		List<String> levels = filter.levels();
		if (!levels.get(levels.size() - 1).equals("#")) {
			return covered(filters, filter.value().replace("+", name));
		}
		int deepest = Math.min(deepest(filters), Topic.MAX_LEVELS - 1);
		String stem = String.join("/", levels.subList(0, levels.size() - 1)).replace("+", name);
		boolean covered = stem.isEmpty() || covered(filters, stem);
		String topic = (levels.size() == 1) ? name : stem + "/" + name;
		for (int depth = levels.size(); covered && depth <= Math.max(deepest + 1, levels.size()); depth++) {
			covered = covered(filters, topic);
			topic += "/" + name;
		}
		return covered;
	}

	private static boolean covered(List<TopicFilter> filters, String name) {
		Topic topic = new Topic(name);
		return filters.stream().anyMatch((filter) -> filter.matches(topic));
	}

	/** A name that stands in none of the filters. */
	private static String nameIn(List<TopicFilter> filters, TopicFilter filter) {
		String name = "x";
		for (int i = 0; occurs(name, filters, filter); i++) {
			name = "x" + i;
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
