package io.heliograph.account.secret;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * SHA-256 of a salt and, behind it, a {@link GeneratedSecret}. To guess one of those is
 * hopeless, however fast guesses are checked, so a fleet need not wait for its checks.
 */
final class GeneratedHash extends PasswordHash {

	private static final int SALT = 16;

	private static final int LENGTH = 32;

	private static final SecureRandom random = new SecureRandom();

	private final byte[] salt;

	private final byte[] hash;

	private GeneratedHash(String text, byte[] salt, byte[] hash) {
		super("generated", text);
		this.salt = salt;
		this.hash = hash;
	}

	static GeneratedHash parse(String text, String[] fields) {
		checkForm(fields, "$sha256$salt$hash");
		return new GeneratedHash(text, bytes("The salt of a hash $sha256$", fields[2], UNPADDED, SALT, SALT),
				bytes("What follows the salt of a hash $sha256$", fields[3], UNPADDED, LENGTH, LENGTH));
	}

	/**
	 * Hashes a secret, with a new salt.
	 * @throws IllegalArgumentException if it was not generated
	 */
	static GeneratedHash hash(String secret) {
		if (!GeneratedSecret.looksGenerated(secret)) {
			throw new IllegalArgumentException("Only a generated secret may be kept as its SHA-256.");
		}
		byte[] salt = new byte[SALT];
		random.nextBytes(salt);
		byte[] hash = sha256(salt, secret.getBytes(StandardCharsets.UTF_8));
		return new GeneratedHash("$sha256$" + UNPADDED.encodeToString(salt) + "$" + UNPADDED.encodeToString(hash), salt,
				hash);
	}

	private static byte[] sha256(byte[] salt, byte[] secret) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			digest.update(salt);
			return digest.digest(secret);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Java has no SHA-256", ex);
		}
	}

	@Override
	boolean verify(byte[] password) {
		return MessageDigest.isEqual(sha256(this.salt, password), this.hash);
	}

	@Override
	public boolean generated() {
		return true;
	}

	@Override
	public boolean outdated() {
		return false;
	}

}
