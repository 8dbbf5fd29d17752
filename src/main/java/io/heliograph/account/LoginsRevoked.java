package io.heliograph.account;

import java.util.List;
import java.util.Locale;

/**
 * A user may not go on as it did: connections that it opened must end. Published once the
 * change counts, on the thread that made it. Listeners of this module have an order, and
 * come before those of others, which may fail: what they throw is the answer to the
 * change.
 *
 * @param userId the user
 * @param userName its name
 * @param cause why
 * @param endedPasswords the numbers of the passwords that do not count any more
 */
public record LoginsRevoked(long userId, String userName, Cause cause, List<Long> endedPasswords) {

	/** Whether the user is gone for good, its sessions with it. */
	public boolean deleted() {
		return this.cause == Cause.DELETED;
	}

	/** Why it may not go on. */
	public enum Cause {

		DISABLED, NEW_PASSWORD, DELETED;

		/** As it stands in a sentence. */
		public String phrase() {
			return name().toLowerCase(Locale.ROOT).replace('_', ' ');
		}

	}

}
