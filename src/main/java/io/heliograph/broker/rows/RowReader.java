package io.heliograph.broker.rows;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link RowWriter} wrote. Not thread-safe. Its methods throw
 * {@link DamagedRow} where that cannot be.
 */
final class RowReader {

	private final byte[] bytes;

	private int position;

	RowReader(byte[] bytes) {
		this.bytes = bytes;
	}

	int number8() {
		if (this.position == this.bytes.length) {
			throw new DamagedRow("a row ends too early");
		}
		return this.bytes[this.position++] & 0xff;
	}

	int number16() {
		return (number8() << 8) | number8();
	}

	long number64() {
		long value = 0;
		for (int i = 0; i < 8; i++) {
			value = (value << 8) | number8();
		}
		return value;
	}

	long number() {
		long value = 0;
		for (int shift = 0; shift < 64; shift += 7) {
			int next = number8();
			value |= (next & 0x7fL) << shift;
			if (next < 0x80) {
				return value;
			}
		}
		throw new DamagedRow("a number in a row does not end");
	}

	boolean hasMore() {
		return this.position < this.bytes.length;
	}

	boolean flag() {
		return number8() != 0;
	}

	byte[] bytes() {
		long length = number();
		if (length < 0 || length > this.bytes.length - this.position) {
			throw new DamagedRow("a row ends too early");
		}
		return take((int) length);
	}

	/** All that is left. */
	byte[] rest() {
		return take(this.bytes.length - this.position);
	}

	byte[] take(int length) {
		if (length > this.bytes.length - this.position) {
			throw new DamagedRow("a row ends too early");
		}
		byte[] taken = Arrays.copyOfRange(this.bytes, this.position, this.position + length);
		this.position += length;
		return taken;
	}

	String text() {
		return text(bytes());
	}

	static String text(byte[] utf8) {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new DamagedRow("a text in a row is not UTF-8");
		}
	}

	byte @Nullable [] optionalBytes() {
		return flag() ? bytes() : null;
	}

	@Nullable String optionalText() {
		return flag() ? text() : null;
	}

	@Nullable Long optionalNumber() {
		return flag() ? (Long) number() : null;
	}

	Instant instant() {
		return Instant.ofEpochSecond(number64(), number());
	}

	@Nullable Instant optionalInstant() {
		return flag() ? instant() : null;
	}

}
