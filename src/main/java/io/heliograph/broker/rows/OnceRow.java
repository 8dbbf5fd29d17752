package io.heliograph.broker.rows;

import java.time.Instant;
import java.util.Arrays;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.OnceKey;

/**
 * What was published with a once-key, as it stands in {@link Families#ONCE}.
 *
 * @param id the id of the message
 * @param fingerprint the hash of what was published
 * @param expiresAt until when it is known
 */
public record OnceRow(MessageId id, byte[] fingerprint, Instant expiresAt) {

	public static byte[] key(OnceKey once) {
		return new RowWriter(64).text(once.caller()).text(once.key()).toBytes();
	}

	public byte[] value() {
		return MessageRow.writeId(new RowWriter(64), this.id).bytes(this.fingerprint).instant(this.expiresAt).toBytes();
	}

	public static OnceRow read(byte[] value) {
		RowReader row = new RowReader(value);
		return new OnceRow(MessageRow.readId(row), row.bytes(), row.instant());
	}

	public boolean isOf(OnceKey once) {
		return Arrays.equals(this.fingerprint, once.fingerprint());
	}

}
