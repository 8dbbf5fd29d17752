package io.heliograph.web;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/** Tells a field that is left out from one that is null, which Jackson does not. */
public abstract class SentField<T> extends ValueDeserializer<T> {

	@Override
	public final @Nullable Object getAbsentValue(DeserializationContext context) {
		return null;
	}

	/**
	 * A field that is not null: who sends that may expect that it takes something away.
	 */
	public abstract static class NotNull<T> extends SentField<T> {

		private final Class<T> type;

		final String name;

		protected NotNull(Class<T> type, String name) {
			this.type = type;
			this.name = name;
		}

		@Override
		public T deserialize(JsonParser parser, DeserializationContext context) {
			return context.readValue(parser, this.type);
		}

		@Override
		public final T getNullValue(DeserializationContext context) {
			throw Problem.INVALID_VALUE.with("The field '" + this.name + "' is null; give a value, or leave it out.");
		}

	}

	/** A string, or none for null. */
	public static final class StringOrNone extends SentField<Optional<String>> {

		@Override
		public Optional<String> deserialize(JsonParser parser, DeserializationContext context) {
			return Optional.of(context.readValue(parser, String.class));
		}

		@Override
		public Optional<String> getNullValue(DeserializationContext context) {
			return Optional.empty();
		}

	}

	/**
	 * A string that is secret: what is something else may be so all the same, and is not
	 * repeated.
	 */
	public abstract static class Secret extends NotNull<String> {

		protected Secret(String name) {
			super(String.class, name);
		}

		@Override
		public final String deserialize(JsonParser parser, DeserializationContext context) {
			if (!parser.hasToken(JsonToken.VALUE_STRING)) {
				throw Problem.INVALID_VALUE.with("The value of '" + this.name + "' is not valid; give a string.");
			}
			return super.deserialize(parser, context);
		}

	}

}
