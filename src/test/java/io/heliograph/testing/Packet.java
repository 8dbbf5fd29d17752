package io.heliograph.testing;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A packet as it came.
 *
 * @param first its first byte
 * @param body what follows the length
 */
public record Packet(int first, byte[] body) {

	public int type() {
		return this.first >> 4;
	}

	public int qos() {
		return (this.first >> 1) & 3;
	}

	public boolean dup() {
		return (this.first & 8) != 0;
	}

	public boolean retain() {
		return (this.first & 1) != 0;
	}

	/** The 16 bit number at an offset. */
	public int number(int offset) {
		return ((this.body[offset] & 0xff) << 8) | (this.body[offset + 1] & 0xff);
	}

	/** The topic of a PUBLISH. */
	public String topic() {
		return new String(this.body, 2, number(0), StandardCharsets.UTF_8);
	}

	/** The packet id of a PUBLISH of QoS 1 or 2. */
	public int packetId() {
		return number(2 + number(0));
	}

	/** The payload of a PUBLISH of 3.1.1. */
	public String payload() {
		int start = 2 + number(0) + ((qos() > 0) ? 2 : 0);
		return new String(this.body, start, this.body.length - start, StandardCharsets.UTF_8);
	}

	@Override
	public String toString() {
		return Integer.toHexString(this.first) + " " + HexFormat.of().formatHex(this.body);
	}

}
