package io.heliograph.killed;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.heliograph.testing.Packet;

/**
 * A PUBLISH that came.
 *
 * @param expirySeconds the message expiry interval, or -1 if there is none
 */
record Arrival(String topic, int qos, int packetId, String payload, long expirySeconds) {

	private static final int MESSAGE_EXPIRY = 2;

	static Arrival of(Packet packet, int version) {
		int at = 2 + packet.number(0);
		int packetId = 0;
		if (packet.qos() > 0) {
			packetId = packet.number(at);
			at += 2;
		}
		long expiry = -1;
		if (version == 5) {
			// properties take less than 128 bytes here
			int length = packet.body()[at++];
			if (length > 0 && packet.body()[at] == MESSAGE_EXPIRY) {
				expiry = ((long) packet.number(at + 1) << 16) | packet.number(at + 3);
			}
			at += length;
		}
		byte[] payload = Arrays.copyOfRange(packet.body(), at, packet.body().length);
		return new Arrival(packet.topic(), packet.qos(), packetId, new String(payload, StandardCharsets.UTF_8), expiry);
	}

}
