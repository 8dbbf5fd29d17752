package io.heliograph.broker.rows;

import io.heliograph.broker.DropReason;
import io.heliograph.broker.Fate;
import org.jspecify.annotations.Nullable;

/**
 * What a copy of QoS 2 comes to of which only PUBREL and PUBCOMP are due, as it stands in
 * {@link Families#RELEASED}.
 *
 * @param fate what has become of it when they are done
 * @param reason why it was given up, or null
 * @param rule the number of the rule that denied it, or null
 */
public record ReleasedRow(Fate fate, @Nullable DropReason reason, @Nullable Long rule) {

	public byte[] value() {
		return new RowWriter(4).number8(Codes.of(this.fate))
			.number8(Codes.of(this.reason))
			.optionalNumber(this.rule)
			.toBytes();
	}

	public static ReleasedRow read(byte[] value) {
		RowReader row = new RowReader(value);
		return new ReleasedRow(Codes.fate(row.number8()), Codes.reason(row.number8()), row.optionalNumber());
	}

}
