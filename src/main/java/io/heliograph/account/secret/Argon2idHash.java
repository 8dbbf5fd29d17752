package io.heliograph.account.secret;

import java.security.MessageDigest;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id as Mosquitto 2.1 writes it, in the string format of the Password Hashing
 * Competition.
 */
final class Argon2idHash extends PasswordHash {

	private static final Pattern PARAMETERS = Pattern.compile("m=([^,]*),t=([^,]*),p=([^,]*)");

	/** In KiB; Mosquitto takes 47104. */
	private static final int MAX_MEMORY = 65_536;

	/** Blocks of 1 KiB that are filled: memory by iterations. About half a second. */
	private static final int MAX_BLOCKS = 4 * MAX_MEMORY;

	private static final int MAX_LANES = 16;

	/** In each lane. */
	private static final int MIN_MEMORY = 8;

	/** So that not every thread that checks passwords takes the memory at once. */
	private static final Semaphore checks = new Semaphore(2);

	private final Argon2Parameters parameters;

	private final byte[] hash;

	private Argon2idHash(String text, Argon2Parameters parameters, byte[] hash) {
		super("argon2id", text);
		this.parameters = parameters;
		this.hash = hash;
	}

	static Argon2idHash parse(String text, String[] fields) {
		checkForm(fields, "$argon2id$v=19$m=memory,t=iterations,p=lanes$salt$hash");
		Matcher parameters = PARAMETERS.matcher(fields[3]);
		if (!fields[2].equals("v=19") || !parameters.matches()) {
			throw new IllegalArgumentException("A hash $argon2id$ goes on with v=19$m=memory,t=iterations,p=lanes$.");
		}
		int lanes = number("The lanes p of a hash $argon2id$", parameters.group(3), 1, MAX_LANES);
		int memory = number("The KiB of memory m of a hash $argon2id$", parameters.group(1), MIN_MEMORY * lanes,
				MAX_MEMORY);
		int iterations = number("With this memory, the iterations t of a hash $argon2id$", parameters.group(2), 1,
				MAX_BLOCKS / memory);
		byte[] salt = bytes("The salt of a hash $argon2id$", fields[4], UNPADDED, 8, 64);
		return new Argon2idHash(text,
				new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id).withVersion(Argon2Parameters.ARGON2_VERSION_13)
					.withMemoryAsKB(memory)
					.withIterations(iterations)
					.withParallelism(lanes)
					.withSalt(salt)
					.build(),
				bytes("What follows the salt of a hash $argon2id$", fields[5], UNPADDED, 16, 64));
	}

	@Override
	boolean verify(byte[] password) {
		byte[] made = new byte[this.hash.length];
		checks.acquireUninterruptibly();
		try {
			Argon2BytesGenerator generator = new Argon2BytesGenerator();
			generator.init(this.parameters);
			generator.generateBytes(password, made);
		}
		finally {
			checks.release();
		}
		return MessageDigest.isEqual(made, this.hash);
	}

}
