package io.heliograph.broker.moquette;

import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A client of MQTT 3.1. */
class Mqtt31Tests {

	private static final int CONNACK = 2;

	private static final int PUBACK = 4;

	@AutoClose
	private final TestBroker broker = new TestBroker(new TestAccess());

	private static byte[] connect(String id, boolean clean) {
		return RawClient.packet(0x10, new PacketBody().text("MQIsdp").bytes(3, clean ? 2 : 0).number(15).text(id));
	}

	@Test
	void subscribesPublishesAndReceives() {
		try (RawClient client = new RawClient(this.broker.port()).send(connect("ruby", true))
			.accepted()
			.subscribed("t/#", 1)) {
			client.send(RawClient.publish("t/a", "hello", 1, 7));
			Packet puback = client.receive();
			assertThat(puback.type()).isEqualTo(PUBACK);
			assertThat(puback.number(0)).isEqualTo(7);
			Packet message = client.receive();
			assertThat(message.topic()).isEqualTo("t/a");
			assertThat(message.payload()).isEqualTo("hello");
			assertThat(message.qos()).isOne();
			client.send(RawClient.ack(0x40, message.packetId())).ping();
		}
	}

	@Test
	void isSentWhatCameWhileItWasAway() {
		try (RawClient device = new RawClient(this.broker.port()).send(connect("kept", false)).accepted()) {
			device.subscribed("t", 1).send(new byte[] { (byte) 0xe0, 0 });
			assertThat(device.receiveOrClosed()).isNull();
		}
		try (RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true)) {
			publisher.send(RawClient.publish("t", "missed", 1, 1)).receive();
		}
		try (RawClient device = new RawClient(this.broker.port()).send(connect("kept", false)).accepted()) {
			assertThat(device.receive().payload()).isEqualTo("missed");
		}
	}

	/** Its standard allows 23 characters, which nobody keeps to. */
	@Test
	void mayHaveALongClientId() {
		try (RawClient client = new RawClient(this.broker.port()).send(connect("x".repeat(100), true)).accepted()) {
			client.ping();
		}
	}

	@Test
	void needsAClientId() {
		try (RawClient client = new RawClient(this.broker.port()).send(connect("", true))) {
			Packet answer = client.receive();
			assertThat(answer.type()).isEqualTo(CONNACK);
			assertThat(answer.body()[1]).as("identifier rejected").isEqualTo((byte) 2);
			assertThat(client.receiveOrClosed()).isNull();
		}
	}

}
