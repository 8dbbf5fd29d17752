package io.heliograph.broker.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

import io.heliograph.broker.store.Batch.Operation;

/**
 * A batch in the form in which RocksDB has it in its log, so that it is handed over in
 * one call: a call for each operation takes several times as long.
 */
final class BatchBytes {

	/** A number that RocksDB fills in, and how many operations there are. */
	private static final int HEADER_BYTES = 12;

	private static final byte VALUE = 0x1;

	private static final byte FAMILY_DELETION = 0x4;

	private static final byte FAMILY_VALUE = 0x5;

	private static final byte FAMILY_SINGLE_DELETION = 0x8;

	private static final byte FAMILY_RANGE_DELETION = 0xe;

	private final ByteBuffer bytes;

	private BatchBytes(int size, int operations) {
		this.bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
		this.bytes.putLong(0).putInt(operations);
	}

	/**
	 * Returns the bytes of a batch and of a row of the default family in front of it.
	 * @param families the numbers of the families
	 * @throws IllegalArgumentException if it is of a family without a number, or too
	 * large for one array
	 */
	static byte[] of(Batch batch, byte[] key, byte[] value, Map<Family, Integer> families) {
		long size = HEADER_BYTES + 1L + size(key) + size(value);
		for (Operation operation : batch.operations()) {
			byte[] second = operation.value();
			size += 1L + varintSize(number(operation.family(), families)) + size(operation.key())
					+ ((second != null) ? size(second) : 0);
		}
		if (size > Integer.MAX_VALUE - 8) {
			throw new IllegalArgumentException("a batch of " + size + " bytes is too large");
		}
		BatchBytes bytes = new BatchBytes((int) size, batch.operations().size() + 1);
		bytes.bytes.put(VALUE);
		bytes.put(key);
		bytes.put(value);
		for (Operation operation : batch.operations()) {
			bytes.put(operation, number(operation.family(), families));
		}
		return bytes.bytes.array();
	}

	private static int number(Family family, Map<Family, Integer> families) {
		Integer number = families.get(family);
		if (number == null) {
			throw new IllegalArgumentException("the store was opened without " + family);
		}
		return number;
	}

	private void put(Operation operation, int family) {
		byte[] second = operation.value();
		this.bytes.put(kind(operation));
		putVarint(family);
		put(operation.key());
		if (second != null) {
			put(second);
		}
	}

	private static byte kind(Operation operation) {
		return switch (operation.kind()) {
			case PUT -> FAMILY_VALUE;
			case DELETE -> operation.family().writtenOnce() ? FAMILY_SINGLE_DELETION : FAMILY_DELETION;
			case DELETE_RANGE -> FAMILY_RANGE_DELETION;
		};
	}

	private void put(byte[] array) {
		putVarint(array.length);
		this.bytes.put(array);
	}

	/** Seven bits in a byte, the lowest first; the eighth says that more follow. */
	private void putVarint(int number) {
		int rest = number;
		while ((rest & ~0x7f) != 0) {
			this.bytes.put((byte) (rest | 0x80));
			rest >>>= 7;
		}
		this.bytes.put((byte) rest);
	}

	private static long size(byte[] array) {
		return (long) varintSize(array.length) + array.length;
	}

	private static int varintSize(int number) {
		return (Math.max(Integer.SIZE - Integer.numberOfLeadingZeros(number), 1) + 6) / 7;
	}

}
