package io.heliograph.broker.store;

/**
 * A kind of keys, ordered among themselves.
 *
 * @param name its name in the store, of lower-case letters and hyphens
 * @param writtenOnce whether no key of it is written again while it is there, which makes
 * it cheaper to delete
 */
public record Family(String name, boolean writtenOnce) {

	public Family {
		if (!name.matches("[a-z]+(-[a-z]+)*")) {
			throw new IllegalArgumentException("'" + name + "' is no name of a family");
		}
	}

}
