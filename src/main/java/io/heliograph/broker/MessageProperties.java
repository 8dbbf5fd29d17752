package io.heliograph.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * The properties of MQTT 5 that travel with a message unchanged.
 *
 * @param utf8 whether the publisher says that the payload is UTF-8
 * @param contentType the payload's type, or null
 * @param responseTopic where an answer is expected, or null
 * @param correlationData what the answer must carry, or null
 * @param userProperties names and values in the order in which they came
 */
public record MessageProperties(boolean utf8, @Nullable String contentType, @Nullable String responseTopic,
		byte @Nullable [] correlationData, List<UserProperty> userProperties) {

	public static final MessageProperties NONE = new MessageProperties(false, null, null, null, List.of());

	/**
	 * @throws IllegalArgumentException if there is one that MQTT forbids to receive
	 */
	public MessageProperties {
		if (contentType != null) {
			Utf8.checkCharacters("A content type", contentType);
		}
		if (responseTopic != null) {
			new Topic(responseTopic);
		}
		for (UserProperty property : userProperties) {
			Utf8.checkCharacters("The name of a user property", property.name());
			Utf8.checkCharacters("The value of a user property", property.value());
		}
	}

	/** How many bytes they take on the wire, each with its identifier. */
	public int length() {
		int length = this.utf8 ? 2 : 0;
		if (this.contentType != null) {
			length += 1 + length(this.contentType);
		}
		if (this.responseTopic != null) {
			length += 1 + length(this.responseTopic);
		}
		if (this.correlationData != null) {
			length += 1 + 2 + this.correlationData.length;
		}
		for (UserProperty property : this.userProperties) {
			length += 1 + length(property.name()) + length(property.value());
		}
		return length;
	}

	private static int length(String text) {
		return 2 + text.getBytes(StandardCharsets.UTF_8).length;
	}

	/** A name and a value; a name may stand more than once. */
	public record UserProperty(String name, String value) {
	}

}
