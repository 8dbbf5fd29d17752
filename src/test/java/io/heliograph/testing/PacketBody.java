package io.heliograph.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The body of a packet, put together. */
public final class PacketBody {

	private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();

	public PacketBody bytes(int... bytes) {
		for (int value : bytes) {
			this.buffer.write(value);
		}
		return this;
	}

	public PacketBody number(int value) {
		return bytes(value >> 8, value);
	}

	public PacketBody text(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		return number(bytes.length).raw(bytes);
	}

	/** The length of properties or of a packet. */
	public PacketBody length(int value) {
		int rest = value;
		do {
			bytes((rest & 0x7f) | ((rest > 0x7f) ? 0x80 : 0));
			rest >>>= 7;
		}
		while (rest > 0);
		return this;
	}

	/** Properties, or the rest of a packet, with the length before them. */
	public PacketBody sized(PacketBody part) {
		return length(part.buffer.size()).raw(part.toByteArray());
	}

	public PacketBody raw(byte[] bytes) {
		this.buffer.writeBytes(bytes);
		return this;
	}

	public byte[] toByteArray() {
		return this.buffer.toByteArray();
	}

}
