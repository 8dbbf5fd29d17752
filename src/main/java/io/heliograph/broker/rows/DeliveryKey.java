package io.heliograph.broker.rows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ShareableFilter;

/**
 * What a delivery is found by: the message, and the client or the shared group.
 *
 * @param id the id of the message
 * @param owner the client id, or the shared subscription
 * @param group which of the two it is
 */
public record DeliveryKey(MessageId id, String owner, boolean group) {

	private static final int ID_BYTES = 16;

	private static final byte[] NO_GROUP = {};

	private static final int OF_CLIENT = 0;

	private static final int OF_GROUP = 1;

	public static DeliveryKey of(MessageId id, ClientId client) {
		return new DeliveryKey(id, client.value(), false);
	}

	public static DeliveryKey of(MessageId id, ShareableFilter group) {
		return new DeliveryKey(id, group.toString(), true);
	}

	/** The key in {@link Families#DELIVERY}. */
	public byte[] key() {
		return MessageRow.writeId(new RowWriter(ID_BYTES + this.owner.length() + 1), this.id)
			.rest(utf8(this.owner))
			.number8(this.group ? OF_GROUP : OF_CLIENT)
			.toBytes();
	}

	public static DeliveryKey ofKey(byte[] key) {
		RowReader row = new RowReader(key);
		MessageId id = MessageRow.readId(row);
		String owner = RowReader.text(row.take(key.length - ID_BYTES - 1));
		return new DeliveryKey(id, owner, row.number8() == OF_GROUP);
	}

	/** The keys in {@link Families#DELIVERY} of a message. */
	public static KeyRange ofMessage(MessageId id) {
		return KeyRange.startingWith(MessageRow.key(id));
	}

	/**
	 * The key in {@link Families#CLIENT_DELIVERY}: those of a client are in the order of
	 * their messages, of which it may have one for each of its groups.
	 * @param client who has it, which is the owner if that is no group
	 */
	public byte[] clientKey(ClientId client) {
		byte[] name = utf8(client.value());
		byte[] ofGroup = this.group ? utf8(this.owner) : NO_GROUP;
		RowWriter row = new RowWriter(name.length + ID_BYTES + 2 + ofGroup.length).rest(name).number8(0);
		return MessageRow.writeId(row, this.id).number8(this.group ? OF_GROUP : OF_CLIENT).rest(ofGroup).toBytes();
	}

	/** Reads a key of {@link Families#CLIENT_DELIVERY}. */
	public static DeliveryKey ofClientKey(byte[] key) {
		RowReader row = new RowReader(key);
		byte[] name = client(key);
		row.take(name.length + 1);
		MessageId id = MessageRow.readId(row);
		boolean group = row.number8() == OF_GROUP;
		return new DeliveryKey(id, RowReader.text(group ? row.rest() : name), group);
	}

	/** Whose a key of {@link Families#CLIENT_DELIVERY} is. */
	static ClientId clientOf(byte[] key) {
		return new ClientId(RowReader.text(client(key)));
	}

	private static byte[] client(byte[] key) {
		int end = 0;
		while (end < key.length && key[end] != 0) {
			end++;
		}
		return Arrays.copyOf(key, end);
	}

	/** The keys in {@link Families#CLIENT_DELIVERY} of a client. */
	public static KeyRange ofClient(ClientId client) {
		byte[] name = utf8(client.value());
		return KeyRange.startingWith(new RowWriter(name.length + 1).rest(name).number8(0).toBytes());
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
