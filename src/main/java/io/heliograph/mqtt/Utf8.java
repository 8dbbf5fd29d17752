package io.heliograph.mqtt;

/** The rules of MQTT for every string in a packet. */
public final class Utf8 {

	static final int MAX_BYTES = 65_535;

	private Utf8() {
	}

	/**
	 * Checks that a string can be a topic, a filter or a client id.
	 * @param what the name of the value, for the sentence of the error
	 * @throws IllegalArgumentException if it is empty, too long or holds what
	 * {@link #checkCharacters} refuses
	 */
	static void check(String what, String value) {
		if (value.isEmpty()) {
			throw new IllegalArgumentException(what + " must not be empty.");
		}
		checkCharacters(what, value);
		int bytes = length(value);
		if (bytes > MAX_BYTES) {
			throw new IllegalArgumentException(
					what + " is " + bytes + " bytes long; MQTT allows " + MAX_BYTES + " at most.");
		}
	}

	/**
	 * Checks the characters of a string. MQTT forbids U+0000 and half a surrogate pair,
	 * and lets who receives another control character or a non-character end the
	 * connection, as Mosquitto's clients do: one message would keep them away for ever.
	 * @param what the name of the value, for the sentence of the error
	 * @throws IllegalArgumentException if it holds one of them
	 */
	public static void checkCharacters(String what, String value) {
		for (int i = 0; i < value.length(); i++) {
			int c = value.codePointAt(i);
			if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
				throw new IllegalArgumentException(what + " must not hold half a surrogate pair.");
			}
			boolean noCharacter = (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
			if (Character.isISOControl(c) || noCharacter) {
				throw new IllegalArgumentException("%s must not hold the character U+%04X.".formatted(what, c));
			}
			i += Character.charCount(c) - 1;
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
