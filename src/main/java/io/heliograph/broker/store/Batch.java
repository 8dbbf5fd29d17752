package io.heliograph.broker.store;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Changes of a store that come into force together or not at all, in their order. Nothing
 * but bytes: to apply it again, or elsewhere, has the same result. For one thread at a
 * time; arrays that are given to it are not to be changed.
 */
public final class Batch {

	private final long position;

	private final List<Operation> operations = new ArrayList<>();

	private long bytes;

	/**
	 * @param position its number, one more than that of the batch before
	 */
	public Batch(long position) {
		this.position = position;
	}

	public long position() {
		return this.position;
	}

	/**
	 * Whether a batch is the next one; false if it was applied before.
	 * @param position that of the last batch that was applied
	 * @throws IllegalArgumentException if one was left out
	 */
	static boolean follows(Batch batch, long position) {
		if (batch.position > position + 1) {
			throw new IllegalArgumentException(
					"batch " + batch.position + " does not follow " + position + ", the last one");
		}
		return batch.position == position + 1;
	}

	public boolean isEmpty() {
		return this.operations.isEmpty();
	}

	/** How many changes it has. */
	public int size() {
		return this.operations.size();
	}

	/** How many bytes its keys and values have. */
	public long bytes() {
		return this.bytes;
	}

	/** Sets the value of a key. */
	public void put(Family family, byte[] key, byte[] value) {
		add(new Operation(Kind.PUT, family, key, value));
	}

	/** Deletes a key; it need not be there, unless its family is written once. */
	public void delete(Family family, byte[] key) {
		add(new Operation(Kind.DELETE, family, key, null));
	}

	/** Deletes all keys of a range. */
	public void deleteRange(Family family, KeyRange range) {
		if (!range.isEmpty()) {
			add(new Operation(Kind.DELETE_RANGE, family, range.from(), range.to()));
		}
	}

	private void add(Operation operation) {
		this.operations.add(operation);
		this.bytes += operation.bytes();
	}

	/** The changes in their order. */
	List<Operation> operations() {
		return this.operations;
	}

	enum Kind {

		PUT, DELETE, DELETE_RANGE

	}

	/**
	 * A change.
	 *
	 * @param key the key, or the first of the range
	 * @param value the value, or the first key behind the range, or null for a deletion
	 */
	record Operation(Kind kind, Family family, byte[] key, byte @Nullable [] value) {

		int bytes() {
			return this.key.length + ((this.value != null) ? this.value.length : 0);
		}

	}

}
