package io.heliograph.mqtt;

/** Reason codes of MQTT 5 that we send. */
public enum ReasonCode {

	NO_MATCHING_SUBSCRIBERS(0x10), NO_SUBSCRIPTION_EXISTED(0x11),

	UNSPECIFIED(0x80), MALFORMED_PACKET(0x81), PROTOCOL_ERROR(0x82), NOT_AUTHORIZED(0x87), SERVER_SHUTTING_DOWN(0x8b),
	KEEP_ALIVE_TIMEOUT(0x8d), SESSION_TAKEN_OVER(0x8e), TOPIC_FILTER_INVALID(0x8f), TOPIC_NAME_INVALID(0x90),
	PACKET_ID_NOT_FOUND(0x92), TOPIC_ALIAS_INVALID(0x94), PACKET_TOO_LARGE(0x95), QUOTA_EXCEEDED(0x97),
	ADMINISTRATIVE_ACTION(0x98);

	private final int code;

	ReasonCode(int code) {
		this.code = code;
	}

	/** The code as it goes on the wire. */
	public int code() {
		return this.code;
	}

}
