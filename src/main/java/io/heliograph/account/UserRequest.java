package io.heliograph.account;

import java.util.Optional;

import io.heliograph.account.secret.PasswordHash;
import io.heliograph.web.Problem;
import io.heliograph.web.SentField;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * A user as it is sent.
 *
 * @param name its name
 * @param password null if it is left out
 * @param passwordHash a hash in its place that another program made, or null
 * @param enabled null if it is left out
 * @param role null if it is left out, empty if it is null
 */
@SuppressWarnings("NullableOptional")
record UserRequest(@Nullable String name,
		@JsonDeserialize(using = PasswordRequest.Clear.class) @Nullable String password,
		@JsonDeserialize(using = PasswordRequest.Hashed.class) @Nullable String passwordHash,
		@JsonDeserialize(using = Enabled.class) @Nullable Boolean enabled,
		@JsonDeserialize(using = RoleOrNone.class) @Nullable Optional<Role> role) {

	/** Returns what is to be kept of the password, or null if none was sent. */
	@Nullable PasswordHash hash() {
		return new PasswordRequest(this.password, this.passwordHash).hash();
	}

	UserChange change() {
		return new UserChange(hash(), this.enabled, this.role);
	}

	@Nullable Role roleOrNone() {
		return (this.role != null) ? this.role.orElse(null) : null;
	}

	/** Nothing secret. */
	@Override
	public String toString() {
		return "UserRequest[" + this.name + "]";
	}

	/** Reads whether a user is enabled. */
	static final class Enabled extends SentField.NotNull<Boolean> {

		Enabled() {
			super(Boolean.class, "enabled");
		}

	}

	/** Reads a role, or none for null. */
	static final class RoleOrNone extends SentField<Optional<Role>> {

		@Override
		public Optional<Role> deserialize(JsonParser parser, DeserializationContext context) {
			try {
				return Optional.of(context.readValue(parser, Role.class));
			}
			catch (MismatchedInputException ex) {
				throw Problem.INVALID_VALUE.with("The value of 'role' is not valid; give one of ADMIN, OPERATOR, "
						+ "PUBLISHER. For none of them give null, without quotes.");
			}
		}

		@Override
		public Optional<Role> getNullValue(DeserializationContext context) {
			return Optional.empty();
		}

	}

}
