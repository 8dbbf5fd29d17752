package io.heliograph.mqtt;

/** The rules of MQTT for every string in a packet. */
final class Utf8 {

	static final int MAX_BYTES = 65_535;

	private Utf8() {
	}

	/**
	 * Checks that a string can stand in a packet.
	 * @param what the name of the value, for the sentence of the error
	 * @throws IllegalArgumentException if it is empty, too long, or holds U+0000 or a
	 * lone surrogate
	 */
	static void check(String what, String value) {
		if (value.isEmpty()) {
			throw new IllegalArgumentException(what + " must not be empty.");
		}
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c == 0) {
				throw new IllegalArgumentException(what + " must not hold the character U+0000.");
			}
			if (Character.isSurrogate(c)) {
				if (!Character.isHighSurrogate(c) || i + 1 == value.length()
						|| !Character.isLowSurrogate(value.charAt(i + 1))) {
					throw new IllegalArgumentException(what + " must not hold half a surrogate pair.");
				}
				i++;
			}
		}
		int bytes = length(value);
		if (bytes > MAX_BYTES) {
			throw new IllegalArgumentException(
					what + " is " + bytes + " bytes long; MQTT allows " + MAX_BYTES + " at most.");
		}
	}

	/** Whether a string has a length that a topic or a filter may have. */
	static boolean fits(String value) {
		return !value.isEmpty() && length(value) <= MAX_BYTES;
	}

	private static int length(String value) {
		int bytes = 0;
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			// each half of a pair is one of the two that make four
			bytes += (c < 0x80) ? 1 : (c < 0x800 || Character.isSurrogate(c)) ? 2 : 3;
		}
		return bytes;
	}

}
