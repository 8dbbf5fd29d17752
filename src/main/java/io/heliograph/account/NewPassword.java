package io.heliograph.account;

import io.heliograph.account.secret.GeneratedSecret;
import io.heliograph.account.secret.PasswordHash;
import org.jspecify.annotations.Nullable;

/**
 * A password that is to be set.
 *
 * @param hash what is kept of it
 * @param generated the password itself if it was generated, which nobody else knows yet;
 * else null
 */
record NewPassword(PasswordHash hash, @Nullable String generated) {

	/**
	 * @param given what is to be kept of the one that was given, or null if one is to be
	 * generated
	 */
	static NewPassword of(@Nullable PasswordHash given) {
		if (given != null) {
			return new NewPassword(given, null);
		}
		String generated = GeneratedSecret.devicePassword();
		return new NewPassword(PasswordHash.of(generated), generated);
	}

	/** Nothing secret. */
	@Override
	public String toString() {
		return "NewPassword";
	}

}
