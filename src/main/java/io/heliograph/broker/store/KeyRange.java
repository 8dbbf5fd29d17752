package io.heliograph.broker.store;

import java.util.Arrays;

/**
 * The keys from one on and before another; bytes are compared as unsigned numbers, and a
 * key comes before those that it begins. Not to be changed.
 *
 * @param from the first key that may be in it
 * @param to the first key behind it
 */
public record KeyRange(byte[] from, byte[] to) {

	/** Returns the keys that begin with these bytes. */
	public static KeyRange startingWith(byte[] prefix) {
		return new KeyRange(prefix, after(prefix));
	}

	/**
	 * Returns the first key that comes after all that begin with these bytes.
	 * @throws IllegalArgumentException if there is none
	 */
	public static byte[] after(byte[] prefix) {
		for (int i = prefix.length - 1; i >= 0; i--) {
			if (prefix[i] != (byte) 0xff) {
				byte[] after = Arrays.copyOf(prefix, i + 1);
				after[i]++;
				return after;
			}
		}
		throw new IllegalArgumentException("no key comes after all that begin with " + Arrays.toString(prefix));
	}

	/** Returns the part of this that comes behind a key. */
	public KeyRange behind(byte[] key) {
		byte[] behind = Arrays.copyOf(key, key.length + 1);
		return new KeyRange((Arrays.compareUnsigned(behind, this.from) > 0) ? behind : this.from, this.to);
	}

	/** Returns the part of this that comes before a key. */
	public KeyRange before(byte[] key) {
		return new KeyRange(this.from, (Arrays.compareUnsigned(key, this.to) < 0) ? key : this.to);
	}

	/** Whether there can be no key in it. */
	public boolean isEmpty() {
		return Arrays.compareUnsigned(this.from, this.to) >= 0;
	}

}
