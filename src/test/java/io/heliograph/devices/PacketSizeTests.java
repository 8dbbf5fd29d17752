package io.heliograph.devices;

import java.nio.file.Path;
import java.util.HexFormat;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The largest packet that a device may send, where that is set. */
class PacketSizeTests {

	private static final int MAX_PACKET_SIZE = 4096;

	private static final int PUBACK = 4;

	@TempDir
	private static Path directory;

	@AutoClose
	private static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(directory, "heliograph.max-packet-size=4KB", "heliograph.acl.no-rules=allow",
				"heliograph.listeners[0].allow-anonymous=true");
	}

	/** A PUBLISH of version 5 and QoS 1 with so many bytes. */
	private static byte[] publish5(int size) {
		// type, length, length of the topic, topic, packet id, length of the properties
		return RawClient.publish5("t", "x".repeat(size - (1 + 2 + 2 + 1 + 2 + 1)), 1, 1, new PacketBody());
	}

	@Test
	void isToldTo5() {
		try (RawClient device = new RawClient(heliograph.mqttPort()).send(RawClient.connect(5, "device", true))) {
			assertThat(HexFormat.of().formatHex(device.receive().body())).contains("2700001000");
		}
	}

	@Test
	void isTaken() {
		try (RawClient device = RawClient.connected5(heliograph.mqttPort(), "device", true)) {
			byte[] packet = publish5(MAX_PACKET_SIZE);
			assertThat(packet).hasSize(MAX_PACKET_SIZE);
			Packet answer = device.send(packet).receive();
			assertThat(answer.type()).isEqualTo(PUBACK);
			device.ping();
		}
	}

	/** What comes before the length does not count. */
	@Test
	void isNotExceeded() {
		try (RawClient device = RawClient.connected5(heliograph.mqttPort(), "device", true)) {
			assertThat(device.send(publish5(1 + 2 + MAX_PACKET_SIZE + 1)).closeReason()).as("packet too large")
				.isEqualTo(0x95);
		}
		try (RawClient device = RawClient.connected(heliograph.mqttPort(), "device", true)) {
			device.send(RawClient.publish("t", "x".repeat(MAX_PACKET_SIZE), 1, 1));
			assertThat(device.receiveOrClosed()).isNull();
		}
	}

}
