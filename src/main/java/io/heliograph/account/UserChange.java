package io.heliograph.account;

import java.util.Optional;

import io.heliograph.account.secret.PasswordHash;
import org.jspecify.annotations.Nullable;

/**
 * What is to change of a user; null for what is to stay.
 *
 * @param password takes the place of all passwords
 * @param enabled whether it may log in
 * @param role its role, or empty for none
 */
@SuppressWarnings("NullableOptional")
record UserChange(@Nullable PasswordHash password, @Nullable Boolean enabled, @Nullable Optional<Role> role) {

	boolean enabledOr(boolean otherwise) {
		return (this.enabled != null) ? this.enabled : otherwise;
	}

	@Nullable Role roleOr(@Nullable Role otherwise) {
		return (this.role != null) ? this.role.orElse(null) : otherwise;
	}

}
