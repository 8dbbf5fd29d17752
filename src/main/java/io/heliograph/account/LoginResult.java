package io.heliograph.account;

import java.time.Duration;

/** What becomes of a user name and a password. */
sealed interface LoginResult {

	/**
	 * They are right.
	 *
	 * @param user as it is after the check
	 * @param password the one that it was
	 */
	record Right(User user, Password password) implements LoginResult {

		Login login() {
			return new Login(this.user.id(), this.user.name(), this.password.id());
		}

	}

	/** They are wrong, or the user is disabled. */
	record Wrong() implements LoginResult {
	}

	/**
	 * There were too many wrong ones before: these were not looked at.
	 *
	 * @param retryAfter how long none will be
	 */
	record HeldOff(Duration retryAfter) implements LoginResult {
	}

	/** Too many others wait for their passwords to be checked. */
	record Busy() implements LoginResult {
	}

}
