package io.heliograph.broker.rows;

import java.nio.charset.StandardCharsets;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.mqtt.ClientId;

/** Keys of what waits for a client, in {@link Families#HELD} and COLLAPSE. */
public final class ClientMessageKey {

	private static final int ID_BYTES = 16;

	private ClientMessageKey() {
	}

	private static RowWriter client(ClientId client, int more) {
		byte[] name = client.value().getBytes(StandardCharsets.UTF_8);
		return new RowWriter(name.length + 1 + more).rest(name).number8(0);
	}

	/** The key in {@link Families#HELD}: the order is that of the ids. */
	public static byte[] held(ClientId client, MessageId id) {
		return MessageRow.writeId(client(client, ID_BYTES), id).toBytes();
	}

	/** The keys in {@link Families#HELD} of a client. */
	public static KeyRange heldFor(ClientId client) {
		return KeyRange.startingWith(client(client, 0).toBytes());
	}

	public static MessageId ofHeld(byte[] key) {
		RowReader row = new RowReader(key);
		row.take(key.length - ID_BYTES);
		return MessageRow.readId(row);
	}

	public static ClientId clientOf(byte[] heldKey) {
		return new ClientId(RowReader.text(new RowReader(heldKey).take(heldKey.length - ID_BYTES - 1)));
	}

	/** The key in {@link Families#COLLAPSE}. */
	public static byte[] collapse(ClientId client, String collapseKey) {
		return client(client, collapseKey.length()).rest(collapseKey.getBytes(StandardCharsets.UTF_8)).toBytes();
	}

	/** The value in {@link Families#COLLAPSE}. */
	public static byte[] collapsed(MessageId id) {
		return MessageRow.key(id);
	}

	public static MessageId ofCollapsed(byte[] value) {
		return MessageRow.readId(new RowReader(value));
	}

}
