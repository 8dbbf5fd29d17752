package io.heliograph.broker;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Some of many, in their order. There may be none, and yet more to come: a bounded number
 * is looked at.
 *
 * @param items those of this slice
 * @param next where the next slice begins, or null if there is nothing more
 * @param <T> the type of each
 */
public record Slice<T>(List<T> items, @Nullable Cursor next) {

	/**
	 * A place among many.
	 *
	 * @param key what stands there; opaque, and not to be changed
	 */
	public record Cursor(byte[] key) {
	}

}
