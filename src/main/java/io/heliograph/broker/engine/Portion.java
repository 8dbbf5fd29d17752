package io.heliograph.broker.engine;

import java.util.function.BiConsumer;

import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.Store;

/**
 * As many rows as are looked at in one change, before other changes have their turn.
 */
final class Portion {

	static final int ROWS = 256;

	private Portion() {
	}

	/** Visits the first rows of a range; returns what comes behind them. */
	static KeyRange visit(Store store, Family family, KeyRange range, BiConsumer<byte[], byte[]> visitor) {
		int[] count = { 0 };
		byte[][] last = { range.to() };
		store.scan(family, range, (key, value) -> {
			last[0] = key;
			visitor.accept(key, value);
			return ++count[0] < ROWS;
		});
		return (count[0] < ROWS) ? new KeyRange(range.to(), range.to()) : range.behind(last[0]);
	}

	/** Visits the last rows of a range in reverse; returns what comes before them. */
	static KeyRange visitBackwards(Store store, Family family, KeyRange range, BiConsumer<byte[], byte[]> visitor) {
		int[] count = { 0 };
		byte[][] last = { range.from() };
		store.scanBackwards(family, range, (key, value) -> {
			last[0] = key;
			visitor.accept(key, value);
			return ++count[0] < ROWS;
		});
		return range.before((count[0] < ROWS) ? range.from() : last[0]);
	}

}
