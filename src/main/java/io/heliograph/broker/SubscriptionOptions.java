package io.heliograph.broker;

import io.heliograph.mqtt.Qos;

/**
 * The options of a subscription; 3.1.1 knows only the first.
 *
 * @param qos the most that is delivered
 * @param noLocal whether the client's own messages are left out
 * @param retainAsPublished whether the retain flag stays as it was published
 * @param retainHandling 0: retained messages are sent at each SUBSCRIBE, 1: only at a new
 * subscription, 2: never
 * @param identifier the number that is delivered with each message, 0 for none
 */
public record SubscriptionOptions(Qos qos, boolean noLocal, boolean retainAsPublished, int retainHandling,
		int identifier) {

	/** The same for messages to come only. */
	public SubscriptionOptions withoutRetained() {
		return new SubscriptionOptions(this.qos, this.noLocal, this.retainAsPublished, 2, this.identifier);
	}

}
