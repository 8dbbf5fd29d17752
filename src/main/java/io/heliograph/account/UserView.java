package io.heliograph.account;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** A user as it is answered. */
record UserView(String name, boolean enabled, @Nullable Role role, List<PasswordView> passwords) {

	static UserView of(User user) {
		return new UserView(user.name(), user.enabled(), user.role(),
				user.passwords().stream().map(PasswordView::of).toList());
	}

	/**
	 * A password, of which nothing is shown that could help to guess it.
	 *
	 * @param scheme how it is kept
	 */
	record PasswordView(long id, String scheme, Instant createdAt) {

		static PasswordView of(Password password) {
			return new PasswordView(password.id(), password.hash().scheme(), password.createdAt());
		}

	}

}
