package io.heliograph.account;

import java.nio.charset.StandardCharsets;

import io.heliograph.account.secret.PasswordHash;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * New hashes in the place of those that Mosquitto made, or that are too weak, of
 * passwords that were right, until they are written. Thread-safe.
 */
@Component
final class Rehashes {

	private final boolean wanted;

	private final Unwritten<PasswordHash> unwritten = new Unwritten<>();

	@Autowired
	Rehashes(AccountSettings settings) {
		this(settings.passwords());
	}

	Rehashes(AccountSettings.Passwords settings) {
		this.wanted = settings.rehash();
	}

	/**
	 * Hashes a password anew that was right, if its hash is not as it is to be. Takes as
	 * long as a check.
	 */
	void offer(Password password, byte[] clear) {
		String text = new String(clear, StandardCharsets.UTF_8);
		if (this.wanted && password.hash().outdated() && PasswordHash.isUsable(text)) {
			this.unwritten.put(password.id(), PasswordHash.of(text));
		}
	}

	/** The hashes that are to be written. */
	Unwritten<PasswordHash> unwritten() {
		return this.unwritten;
	}

}
