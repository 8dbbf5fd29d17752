package io.heliograph.broker.engine;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the sessions.
 *
 * @param maxInflightMessages how many messages of QoS 1 and 2 may be sent to a device and
 * not yet acknowledged; an MQTT 5 device may ask for fewer. 1 to 65535.
 * @param maxQueuedMessages how many messages wait for a device at most; one more is
 * refused and counted. 0 for no limit.
 */
@ConfigurationProperties("heliograph.sessions")
public record SessionSettings(@DefaultValue("20") int maxInflightMessages,
		@DefaultValue("100000") int maxQueuedMessages) {

	public SessionSettings {
		if (maxInflightMessages < 1 || maxInflightMessages > Window.PACKET_IDS) {
			throw new IllegalArgumentException(
					"max-inflight-messages is " + maxInflightMessages + "; give a number from 1 to 65535.");
		}
		if (maxQueuedMessages < 0) {
			throw new IllegalArgumentException(
					"max-queued-messages is " + maxQueuedMessages + "; give 0 for no limit, or a positive number.");
		}
	}

}
