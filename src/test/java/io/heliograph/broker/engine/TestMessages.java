package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Priority;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/** Messages of one byte, with QoS 1 where nothing else is said. */
public final class TestMessages {

	private TestMessages() {
	}

	static Message message(String topic) {
		return message(topic, Qos.AT_LEAST_ONCE);
	}

	public static Message message(String topic, Qos qos) {
		return message(topic, qos, false, null, null);
	}

	static Message expiring(String topic, Instant expiresAt) {
		return message(topic, Qos.AT_LEAST_ONCE, false, expiresAt, null);
	}

	static Message expiring(String topic, Qos qos, Instant expiresAt) {
		return message(topic, qos, false, expiresAt, null);
	}

	static Message retained(String topic) {
		return retained(topic, null, null);
	}

	static Message retained(String topic, @Nullable Instant expiresAt, @Nullable String publisher) {
		return message(topic, Qos.AT_LEAST_ONCE, true, expiresAt, publisher);
	}

	static Message from(String publisher, String topic) {
		return message(topic, Qos.AT_LEAST_ONCE, false, null, publisher);
	}

	/** One of high priority. */
	static Message high(String topic) {
		return new Message(MessageId.next(0), new Topic(topic), new byte[1], Qos.AT_LEAST_ONCE, false, null,
				Priority.HIGH, MessageProperties.NONE, null);
	}

	/** What clears the retained message of a topic. */
	static Message clearing(String topic) {
		return new Message(MessageId.next(0), new Topic(topic), new byte[0], Qos.AT_LEAST_ONCE, true, null,
				Priority.NORMAL, MessageProperties.NONE, null);
	}

	static Message large(String topic, int size) {
		return new Message(MessageId.next(0), new Topic(topic), new byte[size], Qos.AT_LEAST_ONCE, false, null,
				Priority.NORMAL, MessageProperties.NONE, null);
	}

	/** A notification to all subscribers. */
	static Notification notification(String topic) {
		return notification(message(topic), Audience.SUBSCRIBERS);
	}

	static Notification notification(Message message, Audience audience) {
		return new Notification(message, audience, "backend", null, null, null, new byte[0]);
	}

	/** One for some clients only, who are waited for. */
	public static Notification held(String topic, String... clients) {
		return notification(message(topic), only(true, clients));
	}

	static Audience only(boolean hold, String... clients) {
		return new Audience.Only(Arrays.stream(clients).map(ClientId::new).collect(Collectors.toSet()), hold);
	}

	private static Message message(String topic, Qos qos, boolean retain, @Nullable Instant expiresAt,
			@Nullable String publisher) {
		return new Message(MessageId.next(0), new Topic(topic), new byte[1], qos, retain, expiresAt, Priority.NORMAL,
				MessageProperties.NONE, (publisher != null) ? new ClientId(publisher) : null);
	}

}
