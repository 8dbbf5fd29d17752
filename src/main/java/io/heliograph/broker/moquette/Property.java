package io.heliograph.broker.moquette;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.MessageProperties.UserProperty;
import io.heliograph.mqtt.ReasonCode;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.StringPair;
import org.jspecify.annotations.Nullable;

/** The properties of MQTT 5 by their identifiers, read from what the codec decoded. */
final class Property {

	static final int PAYLOAD_FORMAT_INDICATOR = 0x01;

	static final int MESSAGE_EXPIRY_INTERVAL = 0x02;

	static final int CONTENT_TYPE = 0x03;

	static final int RESPONSE_TOPIC = 0x08;

	static final int CORRELATION_DATA = 0x09;

	static final int SUBSCRIPTION_IDENTIFIER = 0x0b;

	static final int SESSION_EXPIRY_INTERVAL = 0x11;

	static final int AUTHENTICATION_METHOD = 0x15;

	static final int WILL_DELAY_INTERVAL = 0x18;

	static final int RECEIVE_MAXIMUM = 0x21;

	static final int TOPIC_ALIAS = 0x23;

	static final int USER_PROPERTY = 0x26;

	static final int MAXIMUM_PACKET_SIZE = 0x27;

	/**
	 * How many user properties a packet may have: to decode each takes some hundred bytes
	 * where its sender needs five.
	 */
	private static final int MAX_USER_PROPERTIES = 1000;

	private Property() {
	}

	/**
	 * @throws ProtocolViolation if there are more properties than are taken
	 */
	static void checkCount(MqttProperties properties) {
		int count = properties.getProperties(USER_PROPERTY).size();
		if (count > MAX_USER_PROPERTIES) {
			throw new ProtocolViolation(ReasonCode.QUOTA_EXCEEDED,
					count + " user properties, whose limit is " + MAX_USER_PROPERTIES);
		}
	}

	/** Returns an integer as unsigned, or null if the property is absent. */
	static @Nullable Long number(MqttProperties properties, int id) {
		MqttProperty<?> property = properties.getProperty(id);
		return (property != null && property.value() instanceof Integer value) ? Integer.toUnsignedLong(value) : null;
	}

	static long number(MqttProperties properties, int id, long otherwise) {
		Long value = number(properties, id);
		return (value != null) ? value : otherwise;
	}

	static boolean has(MqttProperties properties, int id) {
		return properties.getProperty(id) != null;
	}

	/**
	 * Returns those that travel with a message.
	 * @throws IllegalArgumentException if there is one that MQTT forbids to receive
	 */
	static MessageProperties travelling(MqttProperties properties) {
		if (properties.isEmpty()) {
			return MessageProperties.NONE;
		}
		List<UserProperty> user = new ArrayList<>(0);
		for (MqttProperty<?> property : properties.getProperties(USER_PROPERTY)) {
			if (property.value() instanceof StringPair pair) {
				user.add(new UserProperty(pair.key, pair.value));
			}
		}
		long format = number(properties, PAYLOAD_FORMAT_INDICATOR, 0);
		if (format > 1) {
			throw new IllegalArgumentException("the payload format " + format);
		}
		boolean utf8 = format == 1;
		byte[] correlation = (properties.getProperty(CORRELATION_DATA) != null
				&& properties.getProperty(CORRELATION_DATA).value() instanceof byte[] data) ? data : null;
		String contentType = text(properties, CONTENT_TYPE);
		String responseTopic = text(properties, RESPONSE_TOPIC);
		if (!utf8 && correlation == null && contentType == null && responseTopic == null && user.isEmpty()) {
			return MessageProperties.NONE;
		}
		return new MessageProperties(utf8, contentType, responseTopic, correlation, List.copyOf(user));
	}

	private static @Nullable String text(MqttProperties properties, int id) {
		MqttProperty<?> property = properties.getProperty(id);
		return (property != null && property.value() instanceof String value) ? value : null;
	}

}
