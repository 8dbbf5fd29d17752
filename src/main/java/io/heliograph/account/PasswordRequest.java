package io.heliograph.account;

import io.heliograph.account.secret.PasswordHash;
import io.heliograph.web.Problem;
import io.heliograph.web.SentField;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * A password as it is sent; null for what is left out.
 *
 * @param password the password
 * @param passwordHash in its place, a hash that another program made
 */
record PasswordRequest(@JsonDeserialize(using = Clear.class) @Nullable String password,
		@JsonDeserialize(using = Hashed.class) @Nullable String passwordHash) {

	/** Returns what is to be kept, or null if nothing was sent. */
	@Nullable PasswordHash hash() {
		if (this.password != null && this.passwordHash != null) {
			throw Problem.INVALID_VALUE.with("Give 'password' or 'passwordHash', not both.");
		}
		try {
			if (this.passwordHash != null) {
				return PasswordHash.parse(this.passwordHash);
			}
			return (this.password != null) ? PasswordHash.of(this.password) : null;
		}
		catch (IllegalArgumentException ex) {
			throw Problem.INVALID_VALUE.with(String.valueOf(ex.getMessage()));
		}
	}

	/** Nothing secret. */
	@Override
	public String toString() {
		return "PasswordRequest";
	}

	/** Reads a password. */
	static final class Clear extends SentField.Secret {

		Clear() {
			super("password");
		}

	}

	/** Reads the hash of one. */
	static final class Hashed extends SentField.Secret {

		Hashed() {
			super("passwordHash");
		}

	}

}
