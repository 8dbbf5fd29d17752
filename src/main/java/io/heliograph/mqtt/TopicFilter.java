package io.heliograph.mqtt;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A topic filter: a topic in which a level may be + (any one level) and the last may be #
 * (the level before it and all below).
 *
 * @param value the filter as it stands in the packet, without {@code $share}
 */
public record TopicFilter(String value) {

	/**
	 * @throws IllegalArgumentException if a wildcard does not stand alone in its level, #
	 * is not last, or there are more than {@link Topic#MAX_LEVELS} levels
	 */
	public TopicFilter {
		Utf8.check("A topic filter", value);
		Levels.check("A topic filter", value);
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c != '+' && c != '#') {
				continue;
			}
			boolean starts = i == 0 || value.charAt(i - 1) == '/';
			boolean last = i + 1 == value.length();
			if (!starts || (!last && (c == '#' || value.charAt(i + 1) != '/'))) {
				throw new IllegalArgumentException(
						(c == '#') ? "The wildcard # must be the last level of a topic filter and stand alone in it."
								: "The wildcard + must stand alone in its level of a topic filter.");
			}
		}
	}

	/**
	 * Returns the filter of these levels, or null if no topic is so long or so short.
	 */
	public static @Nullable TopicFilter of(List<String> levels) {
		String value = String.join("/", levels);
		return Utf8.fits(value) ? new TopicFilter(value) : null;
	}

	/** The levels, from the root. */
	public List<String> levels() {
		return Levels.of(this.value);
	}

	/**
	 * Whether this filter matches the topic; no wildcard matches a first level that
	 * starts with $.
	 */
	public boolean matches(Topic topic) {
		String name = topic.name();
		if (topic.reserved() && this.value.charAt(0) != '$') {
			return false;
		}
		int f = 0;
		int t = 0;
		while (f < this.value.length()) {
			char c = this.value.charAt(f);
			if (c == '#') {
				return true;
			}
			if (c == '+') {
				f++;
				int end = name.indexOf('/', t);
				t = (end < 0) ? name.length() : end;
			}
			else if (t < name.length() && c == name.charAt(t)) {
				f++;
				t++;
			}
			else {
				// a/# matches a
				return t == name.length() && this.value.startsWith("/#", f);
			}
			if (t == name.length() && f < this.value.length() && this.value.charAt(f) == '/') {
				return this.value.startsWith("/#", f) && f + 2 == this.value.length();
			}
		}
		return t == name.length();
	}

	/**
	 * Returns the filter that matches just the topics that both match, or null if there
	 * is no such topic.
	 */
	public @Nullable TopicFilter intersection(TopicFilter other) {
		List<String> a = levels();
		List<String> b = other.levels();
		if (reservedAgainstWildcard(a.get(0), b.get(0)) || reservedAgainstWildcard(b.get(0), a.get(0))) {
			return null;
		}
		List<String> both = new ArrayList<>();
		for (int i = 0;; i++) {
			boolean endOfA = i == a.size();
			boolean endOfB = i == b.size();
			if (endOfA || endOfB) {
				boolean same = endOfA && endOfB;
				boolean parent = (endOfA && !endOfB && b.get(i).equals("#"))
						|| (endOfB && !endOfA && a.get(i).equals("#"));
				return (same || parent) ? of(both) : null;
			}
			String x = a.get(i);
			String y = b.get(i);
			if (x.equals("#")) {
				both.addAll(b.subList(i, b.size()));
				return of(both);
			}
			if (y.equals("#")) {
				both.addAll(a.subList(i, a.size()));
				return of(both);
			}
			if (!x.equals("+") && !y.equals("+") && !x.equals(y)) {
				return null;
			}
			both.add(x.equals("+") ? y : x);
		}
	}

	private static boolean reservedAgainstWildcard(String level, String other) {
		return level.startsWith("$") && (other.equals("+") || other.equals("#"));
	}

	@Override
	public String toString() {
		return this.value;
	}

}
