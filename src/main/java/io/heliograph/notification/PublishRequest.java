package io.heliograph.notification;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import io.heliograph.web.MalformedJson;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import org.springframework.web.ErrorResponseException;

/**
 * What a backend asks to publish.
 *
 * @param topic where to
 * @param payload its bytes
 * @param qos the quality of service
 * @param retain whether it replaces the retained message of its topic
 */
record PublishRequest(Topic topic, byte[] payload, Qos qos, boolean retain) {

	private static final JsonFactory FACTORY = new JsonFactory();

	private static final byte[] EMPTY = {};

	/**
	 * Makes one of values that were given apart from the payload.
	 * @param qos a number in digits, or null for 1
	 * @param retain {@code true} or {@code false}, or null for that
	 */
	static PublishRequest of(@Nullable String topic, byte[] payload, @Nullable String qos, @Nullable String retain) {
		return new PublishRequest(topic(topic), payload, qos((qos != null) ? qos : "1"),
				retain((retain != null) ? retain : "false"));
	}

	/**
	 * Reads one from JSON. A payload that is a string stands for its text; any other
	 * keeps the characters that it has in the request.
	 */
	static PublishRequest of(byte[] json) {
		String text = decode(json);
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
			return read(parser, text);
		}
		catch (JacksonException ex) {
			throw new ErrorResponseException(Problem.MALFORMED_REQUEST.status(), MalformedJson.problem(ex), ex);
		}
	}

	private static String decode(byte[] json) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
		}
		catch (CharacterCodingException ex) {
			throw Problem.MALFORMED_REQUEST.with("The body is not UTF-8, which JSON is sent in.");
		}
	}

	private static PublishRequest read(JsonParser parser, String text) {
		if (parser.nextToken() != JsonToken.START_OBJECT) {
			throw Problem.MALFORMED_REQUEST
				.with("The body is not a JSON object; send {\"topic\": …, \"payload\": …}, or another Content-Type.");
		}
		String topic = null;
		byte[] payload = EMPTY;
		String qos = null;
		String retain = null;
		Set<String> seen = new HashSet<>();
		while (parser.nextToken() != JsonToken.END_OBJECT) {
			String field = parser.currentName();
			if (!seen.add(field)) {
				throw Problem.MALFORMED_REQUEST.with("The field '" + Problem.cut(field) + "' stands twice.");
			}
			JsonToken value = parser.nextToken();
			switch (field) {
				case "topic" -> topic = scalar(parser, field, value == JsonToken.VALUE_STRING, "a string");
				case "payload" -> payload = payload(parser, value, text);
				case "qos" -> qos = scalar(parser, field, value == JsonToken.VALUE_NUMBER_INT, "0, 1 or 2");
				case "retain" -> retain = scalar(parser, field, value.isBoolean(), "true or false");
				default -> throw Problem.UNKNOWN_FIELD
					.with("There is no field '" + Problem.cut(field) + "'. Known are payload, qos, retain, topic.");
			}
		}
		if (parser.nextToken() != null) {
			throw Problem.MALFORMED_REQUEST.with("Something follows the JSON object.");
		}
		return of(topic, payload, qos, retain);
	}

	private static String scalar(JsonParser parser, String field, boolean valid, String expected) {
		if (!valid) {
			throw Problem.INVALID_VALUE.with("The value of '" + field + "' is not valid; give " + expected + ".");
		}
		return parser.getString();
	}

	private static byte[] payload(JsonParser parser, JsonToken value, String text) {
		if (value.isScalarValue()) {
			return utf8(parser.getString());
		}
		int start = (int) parser.currentTokenLocation().getCharOffset();
		parser.skipChildren();
		int end = (int) parser.currentLocation().getCharOffset();
		return utf8(text.substring(start, end));
	}

	private static byte[] utf8(String text) {
		try {
			ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
			byte[] bytes = new byte[encoded.remaining()];
			encoded.get(bytes);
			return bytes;
		}
		catch (CharacterCodingException ex) {
			throw Problem.INVALID_VALUE.with("The payload holds an escape for half a surrogate pair.");
		}
	}

	private static Topic topic(@Nullable String text) {
		if (text == null) {
			throw Problem.INVALID_VALUE
				.with("The topic is missing; give it in the body with JSON, else in the query: ?topic=t.");
		}
		try {
			Topic topic = new Topic(text);
			if (topic.reserved()) {
				throw new IllegalArgumentException("Topics that start with $ are the server's own.");
			}
			return topic;
		}
		catch (IllegalArgumentException ex) {
			throw Problem.INVALID_VALUE.with(String.valueOf(ex.getMessage()));
		}
	}

	private static Qos qos(String text) {
		return switch (text) {
			case "0" -> Qos.AT_MOST_ONCE;
			case "1" -> Qos.AT_LEAST_ONCE;
			case "2" -> Qos.EXACTLY_ONCE;
			default -> throw Problem.INVALID_VALUE.with("The QoS is '" + Problem.cut(text) + "'; give 0, 1 or 2.");
		};
	}

	private static boolean retain(String text) {
		return switch (text) {
			case "true" -> true;
			case "false" -> false;
			default ->
				throw Problem.INVALID_VALUE.with("The retain flag is '" + Problem.cut(text) + "'; give true or false.");
		};
	}

}
