package io.heliograph.account;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A user.
 *
 * @param id its id, never used again
 * @param name its name
 * @param passwords one, or two while one takes the place of the other; the newest is the
 * last
 * @param enabled whether it may log in
 * @param role what it may do over HTTP, or null for nothing
 */
record User(long id, String name, List<Password> passwords, boolean enabled, @Nullable Role role) {

	/** The most passwords that it may have. */
	static final int MAX_PASSWORDS = 2;

	/** Whether it could let itself and others in again. */
	boolean administers() {
		return this.enabled && this.role == Role.ADMIN;
	}

	/** Whether one may be logged in by this password. */
	boolean admits(long passwordId) {
		return this.enabled && hasPassword(passwordId);
	}

	boolean hasPassword(long passwordId) {
		return this.passwords.stream().anyMatch((password) -> password.id() == passwordId);
	}

	User withPasswords(List<Password> passwords) {
		return new User(this.id, this.name, passwords, this.enabled, this.role);
	}

	@Override
	public String toString() {
		return this.name;
	}

}
