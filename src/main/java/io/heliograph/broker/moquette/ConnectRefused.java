package io.heliograph.broker.moquette;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** A CONNECT is answered with a return code other than "accepted". */
final class ConnectRefused extends RuntimeException {

	private final MqttConnectReturnCode code;

	ConnectRefused(MqttConnectReturnCode code, String message) {
		super(message, null, false, false);
		this.code = code;
	}

	/**
	 * @param v5 whether the client speaks MQTT 5, which has codes of its own
	 */
	static ConnectRefused notAuthorized(boolean v5, String message) {
		return new ConnectRefused(v5 ? MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5
				: MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED, message);
	}

	/** Too much is asked for at present; the client may come again. */
	static ConnectRefused busy(boolean v5, String message) {
		return new ConnectRefused(v5 ? MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY
				: MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE, message);
	}

	/** It is kept out. */
	static ConnectRefused banned(boolean v5, String message) {
		return new ConnectRefused(v5 ? MqttConnectReturnCode.CONNECTION_REFUSED_BANNED
				: MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED, message);
	}

	/** It was tried too often; the client may come again later. */
	static ConnectRefused tooOften(boolean v5, String message) {
		return new ConnectRefused(v5 ? MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED
				: MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE, message);
	}

	/** It would be more than it may have. */
	static ConnectRefused quotaExceeded(boolean v5, String message) {
		return new ConnectRefused(v5 ? MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED
				: MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED, message);
	}

	/** There is no room for the session that it would leave behind. */
	static ConnectRefused noRoom(boolean v5, String message) {
		return new ConnectRefused(v5 ? MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED
				: MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE, message);
	}

	/** The client id is none that the server takes. */
	static ConnectRefused invalidClientId(boolean v5, String message) {
		return new ConnectRefused(v5 ? MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID
				: MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED, message);
	}

	MqttConnectReturnCode code() {
		return this.code;
	}

}
