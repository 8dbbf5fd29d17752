package io.heliograph.broker;

import java.time.Instant;

import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/**
 * What is published.
 *
 * @param id its id
 * @param topic where to
 * @param payload its bytes, not to be changed
 * @param qos the quality of service it was published with
 * @param retain whether it replaces the retained message of its topic; with an empty
 * payload it clears that
 * @param expiresAt when it is of no use any more, or null for never
 * @param priority which messages it goes before
 * @param properties what MQTT 5 carries beside the payload
 * @param publisher the client that published it, or null if it came over HTTP
 */
public record Message(MessageId id, Topic topic, byte[] payload, Qos qos, boolean retain, @Nullable Instant expiresAt,
		Priority priority, MessageProperties properties, @Nullable ClientId publisher) {
}
