package io.heliograph.broker.engine;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.heliograph.broker.Message;

/**
 * A message with what all its copies share.
 *
 * @param message the message
 * @param topicUtf8 its topic as it goes on the wire
 */
public record SharedMessage(Message message, byte[] topicUtf8) {

	static SharedMessage of(Message message) {
		return new SharedMessage(message, message.topic().name().getBytes(StandardCharsets.UTF_8));
	}

	boolean expired(Instant now) {
		Instant expiry = this.message.expiresAt();
		return expiry != null && !expiry.isAfter(now);
	}

}
