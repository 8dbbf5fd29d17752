package io.heliograph.account.secret;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What is kept of a password, and tells whether one is right. Immutable. A check takes
 * about a second at most, whatever hash an administrator brought along: what would take
 * more is not parsed.
 */
public abstract sealed class PasswordHash permits BcryptHash, Sha512Hash, Pbkdf2Hash, Argon2idHash, GeneratedHash {

	/** As long as the text may be in the database. */
	static final int MAX_LENGTH = 255;

	static final Base64.Encoder PADDED = Base64.getEncoder();

	static final Base64.Encoder UNPADDED = Base64.getEncoder().withoutPadding();

	/** What is checked instead of a password that is never right. */
	private static final byte[] ANY = { 'x' };

	private final String scheme;

	private final String text;

	PasswordHash(String scheme, String text) {
		this.scheme = scheme;
		this.text = text;
	}

	/**
	 * Reads a hash. Takes no notable time.
	 * @throws IllegalArgumentException if it is malformed, of a scheme that is not known,
	 * or would take too long to check; the message tells nothing of the hash
	 */
	public static PasswordHash parse(String text) {
		if (text.length() > MAX_LENGTH) {
			throw new IllegalArgumentException("The hash of a password is at most " + MAX_LENGTH + " characters long.");
		}
		// nothing is before the first
		String[] fields = text.split("\\$", -1);
		return switch ((fields.length > 2 && fields[0].isEmpty()) ? fields[1] : "") {
			case "2a", "2b", "2y" -> BcryptHash.read(text);
			case "6" -> Sha512Hash.parse(text, fields);
			case "7" -> Pbkdf2Hash.parse(text, fields);
			case "argon2id" -> Argon2idHash.parse(text, fields);
			case "sha256" -> GeneratedHash.parse(text, fields);
			default -> throw new IllegalArgumentException("The hash of a password begins with $2a$, $2b$ or $2y$"
					+ " (bcrypt), with $6$, $7$ or $argon2id$ (Mosquitto), or with $sha256$ (a generated secret).");
		};
	}

	/**
	 * Hashes a password with a new salt: with bcrypt, or at once if it was generated.
	 * @throws IllegalArgumentException if it is not usable
	 */
	public static PasswordHash of(String password) {
		checkUsable(password);
		return GeneratedSecret.looksGenerated(password) ? GeneratedHash.hash(password) : BcryptHash.hash(password);
	}

	/**
	 * Checks that bcrypt tells a password from all others.
	 * @throws IllegalArgumentException if it does not
	 */
	public static void checkUsable(String password) {
		if (!isUsable(password)) {
			throw new IllegalArgumentException("A password is 1 to " + BcryptHash.MAX_BYTES
					+ " bytes long in UTF-8 and holds neither U+0000 nor half a surrogate pair.");
		}
	}

	/** Whether bcrypt tells a password from all others. */
	public static boolean isUsable(String password) {
		byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
		// half a surrogate pair would become a question mark
		return bytes.length > 0 && bytes.length <= BcryptHash.MAX_BYTES && password.indexOf('\0') < 0
				&& new String(bytes, StandardCharsets.UTF_8).equals(password);
	}

	static void checkForm(String[] fields, String form) {
		if (fields.length != form.split("\\$", -1).length) {
			throw new IllegalArgumentException("The hash has not the form " + form + ".");
		}
	}

	/** Reads a number, of decimal digits without leading zeros. */
	static int number(String name, String field, int min, int max) {
		if (field.matches("[1-9][0-9]{0,8}")) {
			int number = Integer.parseInt(field);
			if (number >= min && number <= max) {
				return number;
			}
		}
		throw new IllegalArgumentException(name + " must be a number from " + min + " to " + max + ".");
	}

	/** Reads bytes, in what the encoder would write for them and nothing else. */
	static byte[] bytes(String name, String field, Base64.Encoder encoder, int min, int max) {
		byte[] bytes = decode(field);
		if (bytes.length < min || bytes.length > max || !encoder.encodeToString(bytes).equals(field)) {
			String length = (min == max) ? String.valueOf(min) : min + " to " + max;
			throw new IllegalArgumentException(name + " must be " + length + " bytes in base64 "
					+ ((encoder == PADDED) ? "with" : "without") + " padding.");
		}
		return bytes;
	}

	private static byte[] decode(String field) {
		try {
			return Base64.getDecoder().decode(field);
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

	/** Whether a password is right. For one that never is, it takes as long. */
	public final boolean matches(byte[] password) {
		boolean usable = usable(password);
		return verify(usable ? password : ANY) && usable;
	}

	/**
	 * Whether a password can be right at all. To Mosquitto an empty password is none, and
	 * what is behind U+0000 is not there; to the HMAC of $7$, "a" and "a", U+0000 are the
	 * same.
	 */
	boolean usable(byte[] password) {
		boolean usable = password.length > 0;
		for (byte b : password) {
			usable &= b != 0;
		}
		return usable;
	}

	/** Whether a password that is usable is right. */
	abstract boolean verify(byte[] password);

	/** The name of the scheme. */
	public final String scheme() {
		return this.scheme;
	}

	/** The whole hash, as it is kept and parsed. */
	public final String text() {
		return this.text;
	}

	/** Whether it is of a secret that nobody chose, which is checked at once. */
	public boolean generated() {
		return false;
	}

	/** Whether another takes its place when a password has been right. */
	public boolean outdated() {
		return true;
	}

	@Override
	public final boolean equals(Object other) {
		return other instanceof PasswordHash hash && hash.text.equals(this.text);
	}

	@Override
	public final int hashCode() {
		return this.text.hashCode();
	}

	/** The scheme, and nothing of the hash. */
	@Override
	public final String toString() {
		return this.scheme;
	}

}
