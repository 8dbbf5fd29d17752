package io.heliograph.account.secret;

import java.security.MessageDigest;

import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * Mosquitto's $7$: PBKDF2 with HMAC-SHA512. That of Java takes characters, and passwords
 * are bytes.
 */
final class Pbkdf2Hash extends PasswordHash {

	/** About a second. */
	private static final int MAX_ITERATIONS = 1_000_000;

	private final int iterations;

	private final byte[] salt;

	private final byte[] hash;

	private Pbkdf2Hash(String text, int iterations, byte[] salt, byte[] hash) {
		super("pbkdf2-sha512", text);
		this.iterations = iterations;
		this.salt = salt;
		this.hash = hash;
	}

	static Pbkdf2Hash parse(String text, String[] fields) {
		checkForm(fields, "$7$iterations$salt$hash");
		return new Pbkdf2Hash(text, number("The iterations of a hash $7$", fields[2], 1, MAX_ITERATIONS),
				bytes("The salt of a hash $7$", fields[3], PADDED, 1, Sha512Hash.MAX_SALT),
				bytes("What follows the salt of a hash $7$", fields[4], PADDED, Sha512Hash.LENGTH, Sha512Hash.LENGTH));
	}

	@Override
	boolean verify(byte[] password) {
		PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA512Digest());
		generator.init(password, this.salt, this.iterations);
		KeyParameter derived = (KeyParameter) generator.generateDerivedParameters(this.hash.length * Byte.SIZE);
		return MessageDigest.isEqual(derived.getKey(), this.hash);
	}

}
