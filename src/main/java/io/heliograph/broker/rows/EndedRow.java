package io.heliograph.broker.rows;

import io.heliograph.mqtt.ClientId;

/**
 * A session that has ended, whose queue is not cleared up yet, as it stands in
 * {@link Families#ENDED}.
 *
 * @param number what its rows in other families begin with
 * @param client the client id
 * @param sentBefore how far its queue was sent
 */
public record EndedRow(long number, ClientId client, SentBefore sentBefore) {

	public byte[] key() {
		return key(this.number);
	}

	/** The key of the session of a number. */
	public static byte[] key(long number) {
		return new RowWriter(8).number64(number).toBytes();
	}

	public byte[] value() {
		return this.sentBefore.write(new RowWriter(64).text(this.client.value())).toBytes();
	}

	public static EndedRow read(byte[] key, byte[] value) {
		RowReader row = new RowReader(value);
		ClientId client = new ClientId(row.text());
		return new EndedRow(new RowReader(key).number64(), client, SentBefore.read(row));
	}

}
