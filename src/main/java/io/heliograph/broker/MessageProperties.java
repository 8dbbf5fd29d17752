package io.heliograph.broker;

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

	/** A name and a value; a name may stand more than once. */
	public record UserProperty(String name, String value) {
	}

}
