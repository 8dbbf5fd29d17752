package io.heliograph.broker.moquette;

import io.heliograph.broker.engine.CloseReason;

/** A client broke the rules of MQTT, and its connection must end. */
final class ProtocolViolation extends RuntimeException {

	private final CloseReason reason;

	ProtocolViolation(CloseReason reason, String message) {
		super(message, null, false, false);
		this.reason = reason;
	}

	CloseReason reason() {
		return this.reason;
	}

}
