package io.heliograph.broker;

import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What is published in a client's name when its connection ends without a good-bye.
 *
 * @param topic where to
 * @param payload its bytes, not to be changed
 * @param qos the quality of service
 * @param retain whether it is retained
 * @param properties what MQTT 5 carries beside the payload
 * @param delaySeconds how long after the end of the connection
 * @param expirySeconds how long the message is of use once it is published, or null for
 * ever
 */
public record Will(Topic topic, byte[] payload, Qos qos, boolean retain, MessageProperties properties,
		long delaySeconds, @Nullable Long expirySeconds) {
}
