package io.heliograph.broker;

import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;

/**
 * A copy in the queue of a session.
 *
 * @param message the id of the message
 * @param topic its topic
 * @param qos the quality of service it is delivered with
 * @param sent whether it was sent and is not acknowledged yet
 */
public record Queued(MessageId message, Topic topic, Qos qos, boolean sent) {
}
