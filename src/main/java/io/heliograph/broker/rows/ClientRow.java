package io.heliograph.broker.rows;

import java.nio.charset.StandardCharsets;

import io.heliograph.broker.KnownClient;
import io.heliograph.mqtt.ClientId;

/** Client ids in {@link Families#CLIENT}, and as keys of other families. */
public final class ClientRow {

	private ClientRow() {
	}

	public static byte[] key(ClientId id) {
		return id.value().getBytes(StandardCharsets.UTF_8);
	}

	public static ClientId ofKey(byte[] key) {
		return new ClientId(RowReader.text(key));
	}

	public static byte[] value(KnownClient client) {
		return new RowWriter(32).optionalNumber(client.ownerId())
			.optionalInstant(client.firstSeen())
			.optionalInstant(client.lastSeen())
			.toBytes();
	}

	public static KnownClient read(byte[] key, byte[] value) {
		RowReader row = new RowReader(value);
		return new KnownClient(ofKey(key), row.optionalNumber(), row.optionalInstant(), row.optionalInstant());
	}

}
