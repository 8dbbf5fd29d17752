package io.heliograph.broker.engine;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import org.jspecify.annotations.Nullable;

/**
 * A message with what all its copies share.
 *
 * @param message the message
 * @param topicUtf8 its topic as it goes on the wire
 * @param propertiesLength how many bytes its properties take on the wire
 * @param notification the notification that it is of, or null
 */
public record SharedMessage(Message message, byte[] topicUtf8, int propertiesLength,
		@Nullable Notification notification) {

	static SharedMessage of(Message message) {
		return of(message, null);
	}

	static SharedMessage of(Notification notification) {
		return of(notification.message(), notification);
	}

	private static SharedMessage of(Message message, @Nullable Notification notification) {
		return new SharedMessage(message, message.topic().name().getBytes(StandardCharsets.UTF_8),
				message.properties().length(), notification);
	}

	/** Topic, payload and properties, in bytes. */
	int size() {
		return this.topicUtf8.length + this.message.payload().length + this.propertiesLength;
	}

	boolean expired(Instant now) {
		Instant expiry = this.message.expiresAt();
		return expiry != null && !expiry.isAfter(now);
	}

}
