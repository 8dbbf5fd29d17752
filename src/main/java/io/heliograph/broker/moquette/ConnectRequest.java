package io.heliograph.broker.moquette;

import java.util.Objects;
import java.util.UUID;

import io.heliograph.broker.Will;
import io.heliograph.broker.engine.Opening;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.mqtt.Topic;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT asks for, checked.
 *
 * @param v5 whether the client speaks MQTT 5
 * @param id the client id
 * @param assigned whether the server chose the client id
 * @param userName the user name, or null; an empty one counts as none
 * @param password the password's bytes, or null
 * @param cleanStart whether an earlier session is to end
 * @param expirySeconds the session expiry interval
 * @param receiveMaximum how many messages of QoS 1 and 2 it takes unacknowledged
 * @param maxPacketSize the largest packet it takes, in bytes
 * @param will its will, or null
 */
record ConnectRequest(boolean v5, ClientId id, boolean assigned, @Nullable String userName, byte @Nullable [] password,
		boolean cleanStart, long expirySeconds, int receiveMaximum, long maxPacketSize, @Nullable Will will) {

	private static final long NO_LIMIT = Long.MAX_VALUE;

	/**
	 * Reads a CONNECT.
	 * @throws ConnectRefused if it is to be answered with a return code
	 * @throws ProtocolViolation if the connection is to be closed without an answer
	 */
	static ConnectRequest of(MqttConnectMessage connect) {
		MqttConnectVariableHeader header = connect.variableHeader();
		MqttConnectPayload payload = connect.payload();
		MqttProperties properties = header.properties();
		boolean v5 = header.version() == MqttVersion.MQTT_5.protocolLevel();
		boolean clean = header.isCleanSession();
		Property.checkCount(properties);
		if (!v5 && header.hasPassword() && !header.hasUserName()) {
			throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "a password without a user name");
		}
		if (Property.has(properties, Property.AUTHENTICATION_METHOD)) {
			throw new ConnectRefused(MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD,
					"enhanced authentication is not supported");
		}
		String id = payload.clientIdentifier();
		// one of 3.1 was refused by the codec
		boolean assigned = id.isEmpty();
		if (assigned && !v5 && !clean) {
			throw ConnectRefused.invalidClientId(false, "an empty client id needs a clean session");
		}
		String userName = header.hasUserName() ? payload.userName() : null;
		return new ConnectRequest(v5, assigned ? assign() : clientId(v5, id), assigned,
				(userName == null || userName.isEmpty()) ? null : userName,
				header.hasPassword() ? payload.passwordInBytes() : null, clean,
				v5 ? Property.number(properties, Property.SESSION_EXPIRY_INTERVAL, 0) : clean ? 0 : Opening.NEVER,
				Math.toIntExact(positive(properties, Property.RECEIVE_MAXIMUM, 65_535)),
				positive(properties, Property.MAXIMUM_PACKET_SIZE, NO_LIMIT),
				header.isWillFlag() ? will(v5, header, payload) : null);
	}

	private static ClientId assign() {
		return new ClientId("auto-" + UUID.randomUUID());
	}

	private static ClientId clientId(boolean v5, String id) {
		try {
			return new ClientId(id);
		}
		catch (IllegalArgumentException ex) {
			throw ConnectRefused.invalidClientId(v5, String.valueOf(ex.getMessage()));
		}
	}

	private static long positive(MqttProperties properties, int id, long otherwise) {
		long value = Property.number(properties, id, otherwise);
		if (value == 0) {
			throw new ConnectRefused(MqttConnectReturnCode.CONNECTION_REFUSED_PROTOCOL_ERROR,
					"property " + id + " is 0");
		}
		return value;
	}

	private static Will will(boolean v5, MqttConnectVariableHeader header, MqttConnectPayload payload) {
		MqttProperties properties = payload.willProperties();
		Property.checkCount(properties);
		try {
			// the codec leaves out a topic of more than 32767 bytes
			return new Will(new Topic(Objects.requireNonNullElse(payload.willTopic(), "")),
					payload.willMessageInBytes(), Qos.of(header.willQos()), header.isWillRetain(),
					Property.travelling(properties), Property.number(properties, Property.WILL_DELAY_INTERVAL, 0),
					Property.number(properties, Property.MESSAGE_EXPIRY_INTERVAL));
		}
		catch (IllegalArgumentException ex) {
			if (v5) {
				throw new ConnectRefused(MqttConnectReturnCode.CONNECTION_REFUSED_TOPIC_NAME_INVALID,
						"will: " + ex.getMessage());
			}
			throw new ProtocolViolation(ReasonCode.TOPIC_NAME_INVALID, "will: " + ex.getMessage());
		}
	}

	/** The CONNECT that Moquette gets: a clean session, nothing to check, no will. */
	MqttConnectMessage forMoquette(MqttConnectMessage original) {
		MqttConnectVariableHeader header = original.variableHeader();
		MqttConnectVariableHeader plain = new MqttConnectVariableHeader(header.name(), header.version(), false, false,
				false, 0, false, true, header.keepAliveTimeSeconds(), MqttProperties.NO_PROPERTIES);
		MqttConnectPayload payload = new MqttConnectPayload(this.id.value(), MqttProperties.NO_PROPERTIES, null, null,
				null, null);
		return new MqttConnectMessage(original.fixedHeader(), plain, payload);
	}

}
