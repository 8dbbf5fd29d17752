package io.heliograph.account.secret;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Secrets that nobody chose: passwords of devices, {@code hgp_…}, and API keys,
 * {@code hgk_<key id>_…}. Behind that they have 32 random characters, of 190 bits, and a
 * checksum of 6, all of them letters of ASCII and digits. The checksum is the CRC-32 of
 * the characters before it, in base 62 with the digits 0 to 9, A to Z, a to z. With it
 * scanners tell a secret that leaked from what looks like one; they search for
 * {@code \bhg(?:p|k_[0-9A-Za-z]{1,32})_[0-9A-Za-z]{38}\b}.
 */
public final class GeneratedSecret {

	private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

	private static final int RANDOM_DIGITS = 32;

	/** As many as 32 bits need. */
	private static final int CHECKSUM_DIGITS = 6;

	private static final Pattern KEY_ID = Pattern.compile("[0-9A-Za-z]{1,32}");

	private static final Pattern FORM = Pattern.compile("hg(?:p|k_" + KEY_ID + ")_[0-9A-Za-z]{38}");

	private static final int LONGEST = "hgk_".length() + 32 + "_".length() + RANDOM_DIGITS + CHECKSUM_DIGITS;

	private static final SecureRandom random = new SecureRandom();

	private GeneratedSecret() {
	}

	/** Generates the password of a device. */
	public static String devicePassword() {
		return generate("hgp_");
	}

	/**
	 * Generates an API key.
	 * @param keyId 1 to 32 letters of ASCII and digits, which are no secret
	 * @throws IllegalArgumentException if it is something else
	 */
	public static String apiKey(String keyId) {
		if (!KEY_ID.matcher(keyId).matches()) {
			throw new IllegalArgumentException("The id of an API key is 1 to 32 letters of ASCII and digits.");
		}
		return generate("hgk_" + keyId + "_");
	}

	private static String generate(String prefix) {
		StringBuilder secret = new StringBuilder(prefix);
		random.ints(RANDOM_DIGITS, 0, DIGITS.length()).forEach((digit) -> secret.append(DIGITS.charAt(digit)));
		return secret.append(checksum(secret)).toString();
	}

	/** Whether a text has the form of a generated secret, and its checksum. */
	public static boolean looksGenerated(String text) {
		if (!FORM.matcher(text).matches()) {
			return false;
		}
		int end = text.length() - CHECKSUM_DIGITS;
		return text.substring(end).equals(checksum(text.substring(0, end)));
	}

	/** Whether bytes are a generated secret in ASCII. */
	public static boolean looksGenerated(byte[] bytes) {
		return bytes.length <= LONGEST && looksGenerated(new String(bytes, StandardCharsets.ISO_8859_1));
	}

	private static String checksum(CharSequence text) {
		CRC32 crc = new CRC32();
		crc.update(text.toString().getBytes(StandardCharsets.US_ASCII));
		char[] digits = new char[CHECKSUM_DIGITS];
		long rest = crc.getValue();
		for (int i = digits.length - 1; i >= 0; i--) {
			digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
			rest /= DIGITS.length();
		}
		return new String(digits);
	}

}
