package io.heliograph.broker.rows;

import java.util.EnumMap;
import java.util.Map;

import io.heliograph.broker.Fate;
import io.heliograph.broker.FateCounts;

/** How many deliveries of a message have which fate, in {@link Families#COUNTS}. */
public final class CountsRow {

	private CountsRow() {
	}

	public static byte[] value(Map<Fate, Integer> counts) {
		RowWriter row = new RowWriter(8);
		counts.forEach((fate, count) -> {
			if (count > 0) {
				row.number8(Codes.of(fate)).number(count);
			}
		});
		return row.toBytes();
	}

	public static FateCounts read(byte[] value) {
		RowReader row = new RowReader(value);
		Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
		while (row.hasMore()) {
			counts.put(Codes.fate(row.number8()), (int) row.number());
		}
		return new FateCounts(counts);
	}

}
