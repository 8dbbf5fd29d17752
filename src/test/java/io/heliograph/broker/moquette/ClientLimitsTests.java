package io.heliograph.broker.moquette;

import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How much a client of MQTT 5 says that it takes. */
class ClientLimitsTests {

	private static final int PUBLISH = 3;

	private static final int SUBACK = 9;

	private static final int MAX_PACKET_SIZE = 60;

	private final TestBroker broker = new TestBroker(new TestAccess());

	private final RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true);

	@AfterEach
	void close() {
		this.publisher.close();
		this.broker.close();
	}

	private RawClient connected(boolean clean, PacketBody properties) {
		PacketBody connect = new PacketBody().text("MQTT").bytes(5, clean ? 2 : 0).number(0);
		return new RawClient(this.broker.port()).send(RawClient.packet(0x10, connect.sized(properties).text("device")))
			.accepted();
	}

	/** A device that subscribed to everything with QoS 1. */
	private RawClient subscribed(PacketBody properties) {
		RawClient device = connected(true, properties);
		assertThat(device.send(RawClient.subscribe5(1, "#", 1)).receive().type()).isEqualTo(SUBACK);
		return device;
	}

	private void publish(String topic, String payload, int qos) {
		this.publisher.send(RawClient.publish(topic, payload, qos, (qos > 0) ? 1 : 0));
		if (qos > 0) {
			this.publisher.receive();
		}
	}

	private static Packet receive(RawClient device, String topic) {
		Packet packet = device.receive();
		assertThat(packet.type()).isEqualTo(PUBLISH);
		assertThat(packet.topic()).isEqualTo(topic);
		return packet;
	}

	@Test
	void boundsWhatItHasNotAcknowledged() {
		try (RawClient device = subscribed(new PacketBody().bytes(0x21).number(2))) {
			for (String topic : new String[] { "a", "b", "c", "d" }) {
				publish(topic, "", 1);
			}
			Packet first = receive(device, "a");
			Packet second = receive(device, "b");
			device.ping();
			device.send(RawClient.ack(0x40, first.packetId()));
			receive(device, "c");
			device.ping();
			device.send(RawClient.ack(0x40, second.packetId()));
			receive(device, "d");
		}
	}

	@Test
	void boundsTheSizeOfWhatItIsSent() {
		try (RawClient device = subscribed(new PacketBody().bytes(0x27, 0, 0, 0, MAX_PACKET_SIZE, 0x21, 0, 2))) {
			// beside type and length: topic with its length, packet id, no properties
			String largest = "x".repeat(MAX_PACKET_SIZE - (2 + 3 + 2 + 1));
			publish("a", largest, 1);
			publish("b", largest + "x", 1);
			// which has no packet id
			publish("c", largest + "xx", 0);
			publish("d", largest + "xxx", 0);
			publish("e", "", 1);
			Packet first = receive(device, "a");
			assertThat(2 + first.body().length).isEqualTo(MAX_PACKET_SIZE);
			assertThat(2 + receive(device, "c").body().length).isEqualTo(MAX_PACKET_SIZE);
			// what is not sent takes no place among those of which there may be two
			Packet last = receive(device, "e");
			device.send(RawClient.ack(0x40, first.packetId()), RawClient.ack(0x40, last.packetId())).ping();
		}
		assertThat(this.broker.engine().drops().counts()).containsEntry("too-large", 2L);
	}

	@ParameterizedTest
	@CsvSource({ "0x40, 1, 0x97, 1", "0x40, 1, 0x10, 0", "0x40, 1, 0x00, 0", "0x50, 2, 0x97, 1", "0x50, 2, 0x10, 0" })
	void countsWhatItRefuses(Integer type, int qos, Integer reasonCode, long refused) {
		try (RawClient device = connected(true, new PacketBody())) {
			device.send(RawClient.subscribe5(1, "#", qos)).receive();
			this.publisher.send(RawClient.publish("a", "", qos, 1));
			this.publisher.receive();
			if (qos == 2) {
				this.publisher.send(RawClient.ack(0x62, 1)).receive();
			}
			int packetId = receive(device, "a").packetId();
			device.send(RawClient.packet(type, new PacketBody().number(packetId).bytes(reasonCode, 0)));
			if (qos == 2 && refused == 0) {
				assertThat(device.receive().type()).as("PUBREL").isEqualTo(6);
			}
			device.ping();
		}
		assertThat(this.broker.engine().drops().counts()).containsEntry("refused", refused);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void boundsTheAnswersThatItIsSent(boolean subscribe) {
		try (RawClient device = connected(true, new PacketBody().bytes(0x27, 0, 0, 0, 20))) {
			device.send(RawClient.filters5(subscribe, 15));
			assertThat(device.receive().body()).hasSize(2 + 1 + 15);
			device.send(RawClient.filters5(subscribe, 16));
			assertThat(device.closeReason()).as("packet too large").isEqualTo(0x95);
		}
	}

	@Test
	void holdsForWhatWaitsForItToo() {
		PacketBody properties = new PacketBody().bytes(0x27, 0, 0, 0, MAX_PACKET_SIZE, 0x11, 0, 0, 0, 100);
		try (RawClient device = subscribed(properties)) {
			device.send(new byte[] { (byte) 0xe0, 0 });
			assertThat(device.receiveOrClosed()).isNull();
		}
		publish("a", "x".repeat(MAX_PACKET_SIZE), 1);
		publish("b", "", 1);
		assertThat(this.broker.engine().drops().counts()).containsEntry("too-large", 0L);
		try (RawClient device = connected(false, properties)) {
			receive(device, "b");
		}
		assertThat(this.broker.engine().drops().counts()).containsEntry("too-large", 1L);
	}

}
