package io.heliograph.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;

/**
 * Topics and filters over a tiny alphabet, so that random filters meet each other, and
 * all topics that can tell them apart can be tried.
 */
public final class TopicSamples {

	private static final String RESERVED = "$s";

	/** Of z no filter knows. */
	private static final List<String> NAMES = List.of("a", "b", "", "z", RESERVED);

	private static final int MAX_FILTER_LEVELS = 3;

	private TopicSamples() {
	}

	/** All topics that are up to one level deeper than any filter. */
	public static List<Topic> topics() {
		List<String> names = NAMES;
		List<String> all = new ArrayList<>(names);
		for (int depth = 2; depth <= MAX_FILTER_LEVELS + 1; depth++) {
			names = names.stream().flatMap(TopicSamples::below).toList();
			all.addAll(names);
		}
		return all.stream().filter((name) -> !name.isEmpty()).map(Topic::new).toList();
	}

	private static Stream<String> below(String parent) {
		return NAMES.stream().map((name) -> parent + "/" + name);
	}

	/**
	 * A random filter.
	 * @param more levels that may stand in it too
	 */
	public static TopicFilter filter(Random random, String... more) {
		List<String> choices = new ArrayList<>(List.of("a", "b", "", "+", "+"));
		choices.addAll(List.of(more));
		List<String> levels = new ArrayList<>();
		int count = 1 + random.nextInt(MAX_FILTER_LEVELS);
		for (int i = 0; i < count; i++) {
			levels.add(choices.get(random.nextInt(choices.size())));
		}
		if (random.nextInt(8) == 0) {
			levels.set(0, RESERVED);
		}
		if (random.nextInt(3) == 0) {
			levels.set(count - 1, "#");
		}
		String value = String.join("/", levels);
		return value.isEmpty() ? filter(random, more) : new TopicFilter(value);
	}

}
