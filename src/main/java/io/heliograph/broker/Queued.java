package io.heliograph.broker;

import java.time.Instant;

import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/**
 * A copy in the queue of a session.
 *
 * @param position its place in the queue, 1 for the next one
 * @param message the id of the message
 * @param topic its topic
 * @param qos the quality of service it is delivered with
 * @param size what it counts for in the bound of the queue, in bytes
 * @param fate {@link Fate#SENT} if it is sent and not acknowledged yet, else
 * {@link Fate#QUEUED}
 * @param expiresAt when it is of no use any more, or null for never
 */
public record Queued(long position, MessageId message, Topic topic, Qos qos, int size, Fate fate,
		@Nullable Instant expiresAt) {
}
