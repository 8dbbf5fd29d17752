package io.heliograph.web;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param items what is on it
 * @param next the cursor of the page after it, or null if this is the last
 */
public record Page<T>(List<T> items, @Nullable String next) {

	public static final int MAX_LIMIT = 1000;

	/**
	 * Makes a page of what was found with {@code limit + 1}, so that it shows whether
	 * there is more.
	 * @param cursor gives the cursor of what follows an item
	 */
	public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
		if (found.size() <= limit) {
			return new Page<>(found, null);
		}
		List<T> items = List.copyOf(found.subList(0, limit));
		return new Page<>(items, cursor.apply(items.get(limit - 1)));
	}

	/** Checks the size of a page that a caller asks for. */
	public static int limit(int limit) {
		if (limit < 1 || limit > MAX_LIMIT) {
			throw Problem.INVALID_VALUE.with("The limit is " + limit + "; give 1 to " + MAX_LIMIT + ".");
		}
		return limit;
	}

}
