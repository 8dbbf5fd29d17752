package io.heliograph.broker.rows;

import java.util.Objects;

import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import org.jspecify.annotations.Nullable;

/**
 * A copy in a queue, as it stands in {@link Families#QUEUE}.
 *
 * @param id the id of the message
 * @param size what it counts for in the bound of the queue, in bytes
 * @param qos the quality of service it is delivered with
 * @param retain the retain flag it is delivered with
 * @param subscriptionIds the identifiers of the subscriptions that it matched
 * @param group the shared subscription for one of whose group it is, or null
 * @param number its number among the deliveries of a notification, whose message is in
 * {@link Families#NOTIFICATION}; or null if it is of none
 * @param hold whether it is held again when it has to leave the queue
 * @param message the message, or null if it is not here but in {@link Families#MESSAGE}
 * or where notifications are
 */
public record QueuedRow(MessageId id, int size, Qos qos, boolean retain, int[] subscriptionIds,
		@Nullable ShareableFilter group, @Nullable Integer number, boolean hold, @Nullable Message message) {

	private static final int RETAIN = 0x04;

	private static final int IDENTIFIERS = 0x08;

	private static final int GROUP = 0x10;

	private static final int MESSAGE = 0x20;

	private static final int NUMBER = 0x40;

	private static final int HOLD = 0x80;

	private static final int[] NONE = {};

	/**
	 * What its delivery is found by, if it is one of a notification.
	 * @param client whose queue it is in, or null if it is that of its group
	 */
	public DeliveryKey delivery(@Nullable ClientId client) {
		return (this.group != null) ? DeliveryKey.of(this.id, this.group)
				: DeliveryKey.of(this.id, Objects.requireNonNull(client));
	}

	public byte[] value() {
		int expected = (this.message != null) ? this.message.payload().length + 96 : 32;
		RowWriter row = new RowWriter(expected);
		row.number8(
				this.qos.level() | (this.retain ? RETAIN : 0) | ((this.subscriptionIds.length > 0) ? IDENTIFIERS : 0)
						| ((this.group != null) ? GROUP : 0) | ((this.message != null) ? MESSAGE : 0)
						| ((this.number != null) ? NUMBER : 0) | (this.hold ? HOLD : 0));
		row.number(this.size);
		if (this.subscriptionIds.length > 0) {
			row.number(this.subscriptionIds.length);
			for (int identifier : this.subscriptionIds) {
				row.number(identifier);
			}
		}
		if (this.group != null) {
			row.text(this.group.toString());
		}
		if (this.number != null) {
			row.number(this.number);
		}
		if (this.message != null) {
			MessageRow.write(row, this.message);
		}
		else {
			MessageRow.writeId(row, this.id);
		}
		return row.toBytes();
	}

	public static QueuedRow read(byte[] value) {
		RowReader row = new RowReader(value);
		int flags = row.number8();
		int size = (int) row.number();
		int[] identifiers = NONE;
		if ((flags & IDENTIFIERS) != 0) {
			int count = (int) row.number();
			if (count < 0 || count > value.length) {
				throw new DamagedRow("a row ends too early");
			}
			identifiers = new int[count];
			for (int i = 0; i < count; i++) {
				identifiers[i] = (int) row.number();
			}
		}
		ShareableFilter group = ((flags & GROUP) != 0) ? ShareableFilter.parse(row.text()) : null;
		Integer number = ((flags & NUMBER) != 0) ? (Integer) (int) row.number() : null;
		Message message = ((flags & MESSAGE) != 0) ? MessageRow.read(row) : null;
		MessageId id = (message != null) ? message.id() : MessageRow.readId(row);
		return new QueuedRow(id, size, MessageRow.qos(flags), (flags & RETAIN) != 0, identifiers, group, number,
				(flags & HOLD) != 0, message);
	}

}
