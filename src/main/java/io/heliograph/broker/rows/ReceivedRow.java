package io.heliograph.broker.rows;

/**
 * A packet id of QoS 2 that came and was not released, as it stands in
 * {@link Families#RECEIVED}.
 *
 * @param session the number of the session
 * @param packetId the packet id
 */
public record ReceivedRow(long session, int packetId) {

	public byte[] key() {
		return new RowWriter(10).number64(this.session).number16(this.packetId).toBytes();
	}

	public static ReceivedRow ofKey(byte[] key) {
		RowReader row = new RowReader(key);
		return new ReceivedRow(row.number64(), row.number16());
	}

}
