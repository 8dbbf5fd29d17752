package io.heliograph.mqtt;

import java.util.ArrayList;
import java.util.List;

/** What stands between the slashes of a topic or a filter. */
final class Levels {

	private Levels() {
	}

	static void check(String what, String value) {
		int levels = 1;
		for (int i = value.indexOf('/'); i >= 0; i = value.indexOf('/', i + 1)) {
			levels++;
		}
		if (levels > Topic.MAX_LEVELS) {
			throw new IllegalArgumentException(
					what + " has " + levels + " levels; " + Topic.MAX_LEVELS + " are allowed.");
		}
	}

	static List<String> of(String value) {
		List<String> levels = new ArrayList<>();
		int start = 0;
		for (int i = value.indexOf('/'); i >= 0; i = value.indexOf('/', start)) {
			levels.add(value.substring(start, i));
			start = i + 1;
		}
		levels.add(value.substring(start));
		return levels;
	}

}
