package io.heliograph.account;

import org.jspecify.annotations.Nullable;

/**
 * A user.
 *
 * @param id its id, never used again
 * @param name its name
 * @param passwordHash the bcrypt hash of its password
 * @param enabled whether it may log in
 * @param role what it may do over HTTP, or null for nothing
 * @param logins grows when connections that were opened before must end
 */
record User(long id, String name, String passwordHash, boolean enabled, @Nullable Role role, long logins) {

	/** Whether it could let itself and others in again. */
	boolean administers() {
		return this.enabled && this.role == Role.ADMIN;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
