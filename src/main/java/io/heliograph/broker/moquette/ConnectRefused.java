package io.heliograph.broker.moquette;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/** A CONNECT is answered with a return code other than "accepted". */
final class ConnectRefused extends RuntimeException {

	private final MqttConnectReturnCode code;

	/**
	 * @param v5 whether the client speaks MQTT 5
	 * @param code3 the return code of 3.1 and 3.1.1
	 * @param code5 the reason code of 5
	 */
	ConnectRefused(boolean v5, MqttConnectReturnCode code3, MqttConnectReturnCode code5, String message) {
		super(message, null, false, false);
		this.code = v5 ? code5 : code3;
	}

	static ConnectRefused notAuthorized(boolean v5, String message) {
		return new ConnectRefused(v5, MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
				MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5, message);
	}

	static ConnectRefused busy(boolean v5, String message) {
		return new ConnectRefused(v5, MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
				MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY, message);
	}

	MqttConnectReturnCode code() {
		return this.code;
	}

}
