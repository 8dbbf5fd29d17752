package io.heliograph.broker.engine;

import java.util.function.LongSupplier;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the sessions.
 *
 * @param maxInflightMessages how many messages of QoS 1 and 2 may be sent to a device and
 * not yet acknowledged; an MQTT 5 device may ask for fewer. 1 to 65535.
 * @param maxQueuedMessages how many messages wait for a device at most. 0 for no limit.
 * @param maxQueuedBytes how many bytes of messages wait for a device at most. 0 for no
 * limit.
 * @param queueFull what becomes of one more than may wait
 */
@ConfigurationProperties("heliograph.sessions")
public record SessionSettings(@DefaultValue("20") int maxInflightMessages,
		@DefaultValue("100000") int maxQueuedMessages, @DefaultValue("0B") DataSize maxQueuedBytes,
		@DefaultValue("refuse-newest") QueueFull queueFull) {

	public SessionSettings {
		if (maxInflightMessages < 1 || maxInflightMessages > Window.PACKET_IDS) {
			throw new IllegalArgumentException(
					"max-inflight-messages is " + maxInflightMessages + "; give a number from 1 to 65535.");
		}
		if (maxQueuedMessages < 0) {
			throw new IllegalArgumentException(
					"max-queued-messages is " + maxQueuedMessages + "; give 0 for no limit, or a positive number.");
		}
		if (maxQueuedBytes.isNegative()) {
			throw new IllegalArgumentException("max-queued-bytes is " + maxQueuedBytes.toBytes()
					+ "; give 0 for no limit, or a size such as 10MB.");
		}
	}

	/** Whether one more copy is more than may wait. */
	boolean isFull(long copies, long bytes, int size) {
		return (this.maxQueuedMessages > 0 && copies >= this.maxQueuedMessages) || isFullInBytes(bytes, size);
	}

	/** Whether one more copy is more than may wait, however few there are. */
	private boolean isFullInBytes(long bytes, int size) {
		return this.maxQueuedBytes.toBytes() > 0 && bytes + size > this.maxQueuedBytes.toBytes();
	}

	/** The setting that a queue meets that is full. */
	String limit(long bytes, int size) {
		return isFullInBytes(bytes, size) ? "max-queued-bytes" : "max-queued-messages";
	}

	/**
	 * Whether the oldest copies go so that one more has room; not if it had none when all
	 * of them were gone.
	 * @param staying how many bytes cannot go
	 */
	boolean oldestMakesRoom(LongSupplier staying, int size) {
		return this.queueFull == QueueFull.DROP_OLDEST && !isFullInBytes(staying.getAsLong(), size);
	}

	/** What becomes of one copy more than may wait; both are counted. */
	public enum QueueFull {

		/** It is refused, as with Mosquitto. */
		REFUSE_NEWEST,

		/** The oldest one that is not sent makes room for it. */
		DROP_OLDEST

	}

}
