package io.heliograph.broker;

import java.time.Instant;

import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * A notification on its way to one session, or to one of a shared group.
 *
 * @param message the id of the message
 * @param client the client that it is for; of a group that who has it in its queue, or
 * null while nobody has
 * @param group the shared subscription for one of whose group it is, or null
 * @param number its number among the deliveries of the message, from 0 on
 * @param qos the quality of service
 * @param fate what has become of it
 * @param reason why it was given up, or null if it was not
 * @param rule the number of the rule that denied it, or null if none did: where it is
 * DENIED no rule granted it then
 * @param at when that became of it
 * @param position the position of the store at its last change: it grows with each
 */
public record Delivery(MessageId message, @Nullable ClientId client, @Nullable String group, int number, Qos qos,
		Fate fate, @Nullable DropReason reason, @Nullable Long rule, Instant at, long position) {

	/** The same with another fate. */
	public Delivery with(Fate fate) {
		return new Delivery(this.message, this.client, this.group, this.number, this.qos, fate, this.reason, this.rule,
				this.at, this.position);
	}

}
