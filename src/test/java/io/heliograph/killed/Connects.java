package io.heliograph.killed;

import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import org.jspecify.annotations.Nullable;

/** The packets that the clients of these tests need and others do not. */
final class Connects {

	static final int NEVER = -1;

	private Connects() {
	}

	/**
	 * A CONNECT.
	 * @param version 4 (3.1.1) or 5
	 * @param expirySeconds how long the session outlives the connection: of version 4
	 * either not or for ever
	 */
	static byte[] connect(int version, String id, boolean clean, int expirySeconds) {
		PacketBody body = new PacketBody().text("MQTT").bytes(version, clean ? 2 : 0).number(0);
		if (version == 5) {
			body.sized(expiry(expirySeconds));
		}
		return RawClient.packet(0x10, body.text(id));
	}

	/** A CONNECT of version 5 with a will of QoS 2 that has a delay of a second. */
	static byte[] withWill(String id, String topic, String payload, int expirySeconds) {
		return RawClient.packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(5, 0x14)
					.number(0)
					.sized(expiry(expirySeconds))
					.text(id)
					.sized(new PacketBody().bytes(0x18).number(0).number(1))
					.text(topic)
					.text(payload));
	}

	private static PacketBody expiry(int seconds) {
		return new PacketBody().bytes(0x11).number(seconds >>> 16).number(seconds & 0xffff);
	}

	/** Sends a CONNECT; returns the session present of CONNACK, or null if refused. */
	static @Nullable Boolean open(RawClient client, byte[] connect) {
		Packet connack = client.send(connect).receive();
		if (connack.type() != 2 || connack.body()[1] != 0) {
			return null;
		}
		return connack.body()[0] == 1;
	}

	static byte[] subscribe(int version, int packetId, String filter, int qos) {
		return (version == 5) ? RawClient.subscribe5(packetId, filter, qos)
				: RawClient.subscribe(packetId, filter, qos);
	}

	static byte[] unsubscribe5(int packetId, String filter) {
		return RawClient.packet(0xa2, new PacketBody().number(packetId).bytes(0).text(filter));
	}

	/** The reason code of SUBACK or UNSUBACK for one filter, or of an acknowledgement. */
	static int reason(Packet packet) {
		byte[] body = packet.body();
		boolean ofFilter = packet.type() == 9 || packet.type() == 11;
		if (ofFilter) {
			return body[body.length - 1] & 0xff;
		}
		return (body.length > 2) ? body[2] & 0xff : 0;
	}

}
