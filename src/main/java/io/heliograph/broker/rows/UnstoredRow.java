package io.heliograph.broker.rows;

/**
 * A delivery that is in no queue of the store, as it stands in {@link Families#UNSTORED}.
 *
 * @param hold whether it is held again when it has to leave
 */
public record UnstoredRow(boolean hold) {

	public byte[] value() {
		return new RowWriter(1).flag(this.hold).toBytes();
	}

	public static UnstoredRow read(byte[] value) {
		return new UnstoredRow(new RowReader(value).flag());
	}

}
