package io.heliograph.account.secret;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Mosquitto's $6$: SHA-512 of the password and, behind it, a salt. */
final class Sha512Hash extends PasswordHash {

	/** What Mosquitto 2.1 writes; versions before it write 12 bytes. */
	static final int MAX_SALT = 64;

	static final int LENGTH = 64;

	private final byte[] salt;

	private final byte[] hash;

	private Sha512Hash(String text, byte[] salt, byte[] hash) {
		super("sha512", text);
		this.salt = salt;
		this.hash = hash;
	}

	static Sha512Hash parse(String text, String[] fields) {
		checkForm(fields, "$6$salt$hash");
		return new Sha512Hash(text, bytes("The salt of a hash $6$", fields[2], PADDED, 1, MAX_SALT),
				bytes("What follows the salt of a hash $6$", fields[3], PADDED, LENGTH, LENGTH));
	}

	@Override
	boolean verify(byte[] password) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-512");
			digest.update(password);
			return MessageDigest.isEqual(digest.digest(this.salt), this.hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Java has no SHA-512", ex);
		}
	}

}
