package io.heliograph.broker.moquette;

import io.heliograph.mqtt.ReasonCode;

/**
 * A client broke the rules of MQTT, or asks for what it cannot have, and its connection
 * must end.
 */
final class ProtocolViolation extends RuntimeException {

	private final ReasonCode reason;

	ProtocolViolation(ReasonCode reason, String message) {
		super(message, null, false, false);
		this.reason = reason;
	}

	ReasonCode reason() {
		return this.reason;
	}

}
