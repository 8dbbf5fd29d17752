package io.heliograph.broker.rows;

import java.time.Instant;

import io.heliograph.broker.Delivery;
import io.heliograph.broker.DropReason;
import io.heliograph.broker.Fate;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/**
 * A delivery, as it stands in {@link Families#DELIVERY}.
 *
 * @param number its number among those of the message
 * @param qos the quality of service
 * @param fate what has become of it
 * @param reason why it was given up, or null
 * @param rule the number of the rule that denied it, or null
 * @param at when that became of it, to the millisecond
 * @param position the position of the store then
 * @param place where it waits in a queue, or null if it does not
 * @param client who has it if it is for one of a group, or null
 */
public record DeliveryRow(int number, Qos qos, Fate fate, @Nullable DropReason reason, @Nullable Long rule, Instant at,
		long position, @Nullable QueuePlace place, @Nullable ClientId client) {

	public byte[] value() {
		RowWriter row = new RowWriter(40).number8(Codes.of(this.fate))
			.number8(Codes.of(this.reason))
			.number8(this.qos.level())
			.number(this.number)
			.number64(this.at.toEpochMilli())
			.number(this.position);
		if (this.fate == Fate.DENIED) {
			row.optionalNumber(this.rule);
		}
		row.flag(this.place != null);
		if (this.place != null) {
			row.rest(this.place.key());
		}
		row.optionalText((this.client != null) ? this.client.value() : null);
		return row.toBytes();
	}

	public static DeliveryRow read(byte[] value) {
		RowReader row = new RowReader(value);
		Fate fate = Codes.fate(row.number8());
		DropReason reason = Codes.reason(row.number8());
		Qos qos = MessageRow.qos(row.number8());
		int number = (int) row.number();
		Instant at = Instant.ofEpochMilli(row.number64());
		long position = row.number();
		Long rule = (fate == Fate.DENIED) ? row.optionalNumber() : null;
		QueuePlace place = row.flag() ? QueuePlace.ofKey(row.take(QueuePlace.BYTES)) : null;
		String client = row.optionalText();
		return new DeliveryRow(number, qos, fate, reason, rule, at, position, place,
				(client != null) ? new ClientId(client) : null);
	}

	/** As it is shown. */
	public Delivery delivery(DeliveryKey key) {
		ClientId owner = key.group() ? this.client : new ClientId(key.owner());
		return new Delivery(key.id(), owner, key.group() ? key.owner() : null, this.number, this.qos, this.fate,
				this.reason, this.rule, this.at, this.position);
	}

}
