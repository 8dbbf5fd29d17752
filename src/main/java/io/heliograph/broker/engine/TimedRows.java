package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.Store;

/**
 * The rows of a family whose keys begin with the time at which something is due. It
 * remembers where the first one may be: to look for it from the beginning would be to
 * pass over all that were deleted, each second. The journal's.
 */
final class TimedRows {

	private final Store store;

	private final Family family;

	/** No row that was seen in the store, or put, has a key before this one. */
	private byte[] first = {};

	TimedRows(Store store, Family family) {
		this.store = store;
		this.family = family;
	}

	/** All that are added are added here. */
	void put(Batch batch, byte[] key) {
		batch.put(this.family, key, Families.NOTHING);
		if (isBefore(key, this.first)) {
			this.first = key;
		}
	}

	private static boolean isBefore(byte[] key, byte[] other) {
		return Arrays.compareUnsigned(key, other) < 0;
	}

	/**
	 * Returns the first keys of a range, in order. It must see in the store what was put
	 * before. Those that were returned may stay.
	 * @param limit how many at most
	 */
	List<byte[]> first(KeyRange range, int limit) {
		boolean fromFirst = !isBefore(this.first, range.from());
		KeyRange looked = fromFirst ? new KeyRange(this.first, range.to()) : range;
		List<byte[]> keys = new ArrayList<>();
		this.store.scan(this.family, looked, (key, value) -> {
			keys.add(key);
			return keys.size() < limit;
		});
		if (fromFirst && !looked.isEmpty()) {
			this.first = keys.isEmpty() ? looked.to() : keys.get(0);
		}
		return keys;
	}

}
