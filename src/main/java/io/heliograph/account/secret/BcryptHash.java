package io.heliograph.account.secret;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.security.crypto.bcrypt.BCrypt;

/** bcrypt, of passwords that somebody chose. */
final class BcryptHash extends PasswordHash {

	/** What is behind is not hashed. */
	static final int MAX_BYTES = 72;

	/** The strength that new hashes have. */
	static final int STRENGTH = 10;

	private static final int MIN_STRENGTH = 4;

	/** About a second. */
	private static final int MAX_STRENGTH = 14;

	/**
	 * Salt and hash end in characters of which 4 and 2 bits are not used, and zero: the
	 * comparison is one of texts, so none with other bits there would ever match.
	 */
	private static final Pattern FORM = Pattern
		.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]");

	private final int strength;

	private BcryptHash(String text, int strength) {
		super("bcrypt", text);
		this.strength = strength;
	}

	/** Hashes a password that is usable. */
	static BcryptHash hash(String password) {
		return read(BCrypt.hashpw(password.getBytes(StandardCharsets.UTF_8), BCrypt.gensalt("$2b", STRENGTH)));
	}

	static BcryptHash read(String text) {
		Matcher form = FORM.matcher(text);
		if (!form.matches()) {
			throw new IllegalArgumentException(
					"The hash is not one that bcrypt makes: $2b$, two digits, $, and 53 characters.");
		}
		int strength = Integer.parseInt(form.group(1));
		if (strength < MIN_STRENGTH || strength > MAX_STRENGTH) {
			throw new IllegalArgumentException(
					"The strength of a bcrypt hash must be " + MIN_STRENGTH + " to " + MAX_STRENGTH + ".");
		}
		return new BcryptHash(text, strength);
	}

	/** To bcrypt, "a" and "a", U+0000, "a" are the same. */
	@Override
	boolean usable(byte[] password) {
		return password.length <= MAX_BYTES && super.usable(password);
	}

	@Override
	boolean verify(byte[] password) {
		return BCrypt.checkpw(password, text());
	}

	@Override
	public boolean outdated() {
		return this.strength < STRENGTH;
	}

}
