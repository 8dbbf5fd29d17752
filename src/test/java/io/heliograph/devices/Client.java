package io.heliograph.devices;

import com.hivemq.client.mqtt.MqttWebSocketConfig;
import io.heliograph.testing.Heliograph;
import org.jspecify.annotations.Nullable;

/** A client of another project, with the version that it speaks and its transport. */
enum Client {

	HIVEMQ_3, HIVEMQ_5, HIVEMQ_3_WEBSOCKET, HIVEMQ_5_WEBSOCKET, MOSQUITTO_3, MOSQUITTO_5;

	boolean v5() {
		return name().contains("_5");
	}

	boolean mosquitto() {
		return name().startsWith("MOSQUITTO_");
	}

	private boolean webSocket() {
		return name().endsWith("_WEBSOCKET");
	}

	/**
	 * mosquitto_sub 2.0 says good-bye with the reason code 4, which asks for the will.
	 */
	boolean leavesWithWill() {
		return this == MOSQUITTO_5;
	}

	int port(Heliograph heliograph) {
		return webSocket() ? heliograph.webSocketPort() : heliograph.mqttPort();
	}

	private @Nullable MqttWebSocketConfig webSocketConfig() {
		return webSocket() ? MqttWebSocketConfig.builder().serverPath("mqtt").build() : null;
	}

	/** A device that connects to a port of this machine. */
	Device device(int port, Login login) {
		return switch (this) {
			case HIVEMQ_3, HIVEMQ_3_WEBSOCKET -> new HiveMq3Device(port, login, webSocketConfig());
			case HIVEMQ_5, HIVEMQ_5_WEBSOCKET -> new HiveMq5Device(port, login, webSocketConfig());
			case MOSQUITTO_3, MOSQUITTO_5 -> new MosquittoDevice(port, login, v5());
		};
	}

}
