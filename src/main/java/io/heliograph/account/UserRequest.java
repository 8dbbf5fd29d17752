package io.heliograph.account;

import java.util.Optional;

import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * A user as it is sent.
 *
 * @param name its name
 * @param password null if it is left out
 * @param enabled null if it is left out
 * @param role null if it is left out, empty if it is null
 */
@SuppressWarnings("NullableOptional")
record UserRequest(@Nullable String name, @JsonDeserialize(using = Password.class) @Nullable String password,
		@JsonDeserialize(using = Enabled.class) @Nullable Boolean enabled,
		@JsonDeserialize(using = RoleOrNone.class) @Nullable Optional<Role> role) {

	@Nullable Role roleOr(@Nullable Role otherwise) {
		return (this.role != null) ? this.role.orElse(null) : otherwise;
	}

	/** Tells a field that is left out from one that is null, which Jackson does not. */
	private abstract static class Field<T> extends ValueDeserializer<T> {

		@Override
		public final @Nullable Object getAbsentValue(DeserializationContext context) {
			return null;
		}

	}

	/**
	 * A field that is not null: who sends that may expect that it takes something away.
	 */
	private abstract static class NotNull<T> extends Field<T> {

		private final Class<T> type;

		private final String name;

		NotNull(Class<T> type, String name) {
			this.type = type;
			this.name = name;
		}

		@Override
		public T deserialize(JsonParser parser, DeserializationContext context) {
			return context.readValue(parser, this.type);
		}

		@Override
		public T getNullValue(DeserializationContext context) {
			throw Problem.INVALID_VALUE
				.with("The field '" + this.name + "' is null; give a value, or leave it out of a PUT.");
		}

	}

	/** Reads a password. */
	static final class Password extends NotNull<String> {

		Password() {
			super(String.class, "password");
		}

		/** What is no string may be a password all the same: it is not repeated. */
		@Override
		public String deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_STRING)) {
				throw Problem.INVALID_VALUE.with("The value of 'password' is not valid; give a string.");
			}
			return super.deserialize(parser, context);
		}

	}

	/** Reads whether a user is enabled. */
	static final class Enabled extends NotNull<Boolean> {

		Enabled() {
			super(Boolean.class, "enabled");
		}

	}

	/** Reads a role, or none for null. */
	static final class RoleOrNone extends Field<Optional<Role>> {

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
