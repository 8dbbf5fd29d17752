package io.heliograph.broker.rows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/** Writes what {@link RowReader} reads. Not thread-safe. */
final class RowWriter {

	private byte[] bytes;

	private int length;

	/**
	 * @param expected about how many bytes it will be
	 */
	RowWriter(int expected) {
		this.bytes = new byte[expected];
	}

	RowWriter number8(int value) {
		room(1);
		this.bytes[this.length++] = (byte) value;
		return this;
	}

	/** Big-endian, as the three below: so numbers from 0 on are ordered as their keys. */
	RowWriter number16(int value) {
		return number8(value >>> 8).number8(value);
	}

	RowWriter number64(long value) {
		room(8);
		for (int shift = 56; shift >= 0; shift -= 8) {
			this.bytes[this.length++] = (byte) (value >>> shift);
		}
		return this;
	}

	/** Seven bits in each byte, the lowest first: small numbers from 0 on are short. */
	RowWriter number(long value) {
		long rest = value;
		while ((rest & ~0x7fL) != 0) {
			number8((int) (rest & 0x7f) | 0x80);
			rest >>>= 7;
		}
		return number8((int) rest);
	}

	RowWriter flag(boolean value) {
		return number8(value ? 1 : 0);
	}

	/** Bytes with their length before them. */
	RowWriter bytes(byte[] value) {
		return number(value.length).rest(value);
	}

	/** Bytes as they are: what reads them must know where they end. */
	RowWriter rest(byte[] value) {
		room(value.length);
		System.arraycopy(value, 0, this.bytes, this.length, value.length);
		this.length += value.length;
		return this;
	}

	RowWriter text(String value) {
		return bytes(value.getBytes(StandardCharsets.UTF_8));
	}

	RowWriter optionalBytes(byte @Nullable [] value) {
		flag(value != null);
		return (value != null) ? bytes(value) : this;
	}

	RowWriter optionalText(@Nullable String value) {
		flag(value != null);
		return (value != null) ? text(value) : this;
	}

	RowWriter optionalNumber(@Nullable Long value) {
		flag(value != null);
		return (value != null) ? number(value) : this;
	}

	/** To the nanosecond. */
	RowWriter instant(Instant value) {
		return number64(value.getEpochSecond()).number(value.getNano());
	}

	RowWriter optionalInstant(@Nullable Instant value) {
		flag(value != null);
		return (value != null) ? instant(value) : this;
	}

	private void room(int more) {
		if (this.length + more > this.bytes.length) {
			this.bytes = Arrays.copyOf(this.bytes, Math.max(this.length + more, 2 * this.bytes.length));
		}
	}

	byte[] toBytes() {
		return (this.length == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.length);
	}

}
