package io.heliograph.broker.moquette;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

import io.heliograph.account.MqttClient;
import io.heliograph.broker.Queued;
import io.heliograph.broker.engine.Opening;
import io.heliograph.broker.engine.TestLink;
import io.heliograph.broker.engine.TestMessages;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import io.heliograph.testing.WholeQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a device gets of QoS 1 and 2 when its connection breaks. */
class RedeliveryTests {

	private static final int PUBLISH = 3;

	private static final int PUBREL = 6;

	private static final int PINGRESP = 13;

	private static final byte[] PINGREQ = { (byte) 0xc0, 0 };

	private final TestBroker broker = new TestBroker(new TestAccess());

	private RawClient publisher;

	private int published;

	@BeforeEach
	void connectPublisher() {
		this.publisher = RawClient.connected(this.broker.port(), "publisher", true);
	}

	@AfterEach
	void close() {
		this.publisher.close();
		this.broker.close();
	}

	/** Publishes the next numbers with QoS 1 and waits for all PUBACKs. */
	private void publish(int count) {
		byte[][] packets = new byte[count][];
		for (int i = 0; i < count; i++) {
			packets[i] = RawClient.publish("t", String.valueOf(this.published++), 1, 1 + i);
		}
		this.publisher.send(packets);
		for (int i = 0; i < count; i++) {
			assertThat(this.publisher.receive().type()).isEqualTo(4);
		}
	}

	/** Or it would take for delivered what comes again. */
	@Test
	void getsNoPubrelOnceItsSessionWasTakenOver() {
		try (RawClient device = RawClient.connected(this.broker.port(), "device", false).subscribed("t", 2)) {
			this.broker.engine().publish(List.of(TestMessages.message("t", Qos.EXACTLY_ONCE)));
			assertThat(device.receive().packetId()).isEqualTo(1);
			MqttClient client = new MqttClient(null, new ClientId("device"), InetAddress.getLoopbackAddress());
			this.broker.engine().open(new Opening(client, false, false, Opening.NEVER, 20, null), new TestLink());
			device.send(RawClient.ack(0x50, 1));
			device.ping();
		}
	}

	/** What is stored of it, which follows the acknowledgements a moment later. */
	private List<Queued> queue() {
		return WholeQueue.of(this.broker.engine().sessions(), new ClientId("device"));
	}

	@Test
	void losesNothingInAHundredDropsInMidWindow() {
		Random random = new Random(42);
		Device device = new Device();
		RawClient connection = RawClient.connected(this.broker.port(), "device", false).subscribed("t", 1);
		for (int drop = 0; drop < 100; drop++) {
			publish(40);
			int packets = random.nextInt(50);
			for (int i = 0; i < packets && device.unacknowledged.size() < 20; i++) {
				Packet packet = connection.receive();
				device.take(packet);
				if (random.nextInt(3) > 0) {
					connection.send(device.acknowledge(packet));
				}
			}
			connection.send(PINGREQ);
			for (Packet packet = connection.receive(); packet.type() != PINGRESP; packet = connection.receive()) {
				device.take(packet);
			}
			connection.close();
			connection = RawClient.connected(this.broker.port(), "device", false);
			device.reconnected();
		}
		while (device.next < this.published || !device.unacknowledged.isEmpty()) {
			Packet packet = connection.receive();
			device.take(packet);
			connection.send(device.acknowledge(packet));
		}
		connection.ping();
		assertThat(device.repeated).isGreaterThan(500);
		await().untilAsserted(() -> assertThat(queue()).isEmpty());
		connection.close();
	}

	@Test
	void finishesTheHandshakeOfQos2WhereItBroke() {
		RawClient device = RawClient.connected(this.broker.port(), "device", false).subscribed("t", 2);
		this.publisher.send(RawClient.publish("t", "once", 2, 7));
		assertThat(this.publisher.receive().type()).isEqualTo(5);
		Packet first = device.receive();
		assertThat(first.qos()).isEqualTo(2);
		device.close();

		device = RawClient.connected(this.broker.port(), "device", false);
		Packet again = device.receive();
		assertThat(again.dup()).isTrue();
		assertThat(again.packetId()).isEqualTo(first.packetId());
		device.send(RawClient.ack(0x50, again.packetId()));
		assertThat(device.receive().type()).isEqualTo(PUBREL);
		device.close();

		device = RawClient.connected(this.broker.port(), "device", false);
		Packet release = device.receive();
		assertThat(release.type()).isEqualTo(PUBREL);
		assertThat(release.number(0)).isEqualTo(first.packetId());
		device.send(RawClient.ack(0x70, first.packetId()));
		device.ping();
		device.close();

		device = RawClient.connected(this.broker.port(), "device", false);
		device.ping();
		device.close();
	}

	@Test
	void takesAPublishOfQos2OnceAcrossReconnects() {
		RawClient device = RawClient.connected(this.broker.port(), "device", true).subscribed("t", 2);
		RawClient sender = RawClient.connected(this.broker.port(), "sender", false);
		sender.send(RawClient.publish("t", "once", 2, 9));
		assertThat(sender.receive().type()).isEqualTo(5);
		sender.close();
		sender = RawClient.connected(this.broker.port(), "sender", false);
		sender.send(RawClient.publish("t", "once", 2, 9));
		assertThat(sender.receive().type()).isEqualTo(5);
		sender.send(RawClient.ack(0x62, 9));
		assertThat(sender.receive().type()).isEqualTo(7);
		sender.send(RawClient.publish("t", "twice", 2, 9));
		assertThat(sender.receive().type()).isEqualTo(5);

		assertThat(device.receive().payload()).isEqualTo("once");
		assertThat(device.receive().payload()).isEqualTo("twice");
		device.ping();
		sender.close();
		device.close();
	}

	@Test
	void takesWhatCameBeforeAPacketThatBreaksTheRules() {
		RawClient device = RawClient.connected(this.broker.port(), "device", true).subscribed("t", 2);
		RawClient sender = RawClient.connected(this.broker.port(), "sender", false);
		sender.send(RawClient.publish("t", "once", 2, 77), new byte[] { (byte) 0xf0, 0 });
		assertThat(sender.closedByServer()).isTrue();
		sender = RawClient.connected(this.broker.port(), "sender", false);
		sender.send(RawClient.publish("t", "once", 2, 77), RawClient.ack(0x62, 77));
		assertThat(sender.receive().type()).isEqualTo(5);
		assertThat(sender.receive().type()).isEqualTo(7);
		assertThat(device.receive().payload()).isEqualTo("once");
		device.ping();
		sender.close();
		device.close();
	}

	@Test
	void takesAcknowledgementsHoweverTheyAreCut() {
		RawClient device = RawClient.connected(this.broker.port(), "device", false).subscribed("t", 1);
		publish(40);
		int[] ids = IntStream.range(0, 20).map((i) -> device.receive().packetId()).toArray();
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		// its payload looks like acknowledgements
		byte[] lookalike = RawClient.publish("unread", "@\u0002\u0000\u0010".repeat(50), 0, 0);
		for (byte[] packet : List.of(RawClient.ack(0x40, ids[0]), lookalike, RawClient.ack(0x40, ids[1]),
				RawClient.ack(0x40, ids[2]), PINGREQ, RawClient.ack(0x40, ids[3]), lookalike, PINGREQ)) {
			bytes.writeBytes(packet);
		}
		for (byte b : bytes.toByteArray()) {
			device.send(new byte[] { b });
		}
		assertThat(IntStream.range(0, 6).map((i) -> device.receive().type()).sorted()).containsExactly(PUBLISH, PUBLISH,
				PUBLISH, PUBLISH, PINGRESP, PINGRESP);
		device.ping();
		await().untilAsserted(() -> assertThat(queue()).hasSize(36));
		device.close();
	}

	@Test
	void sendsNoMoreThanTheWindowAllows() {
		RawClient device = RawClient.connected(this.broker.port(), "device", false).subscribed("t", 1);
		publish(50);
		for (int i = 0; i < 20; i++) {
			assertThat(device.receive().type()).isEqualTo(PUBLISH);
		}
		device.ping();
		device.send(RawClient.ack(0x40, 3));
		assertThat(device.receive().payload()).isEqualTo("20");
		device.ping();
		device.close();
	}

	@Test
	void neverReusesAPacketIdWhileItIsUnacknowledged() {
		RawClient device = RawClient.connected(this.broker.port(), "device", false).subscribed("t", 1);
		publish(1);
		int held = device.receive().packetId();
		for (int block = 0; block < 984; block++) {
			publish(50);
			for (int i = 0; i < 50; i++) {
				if (this.published - 50 + i > 49_151) {
					break;
				}
				Packet packet = device.receive();
				assertThat(packet.packetId()).isNotEqualTo(held);
				device.send(RawClient.ack(0x40, packet.packetId()));
			}
		}
		device.ping();
		device.send(RawClient.ack(0x40, held));
		Packet packet = device.receive();
		assertThat(packet.packetId()).isEqualTo(held);
		assertThat(packet.payload()).isEqualTo("49152");
		device.close();
	}

	/** What a device has seen, with the promises that each packet is held against. */
	private static final class Device {

		/** Numbers by packet id. */
		private final TreeMap<Integer, Integer> unacknowledged = new TreeMap<>();

		private int next;

		private int last = -1;

		private int repeated;

		void reconnected() {
			this.last = -1;
		}

		void take(Packet packet) {
			int number = Integer.parseInt(packet.payload());
			assertThat(packet.type()).isEqualTo(PUBLISH);
			assertThat(number).as("order in a connection").isGreaterThan(this.last);
			if (number < this.next) {
				assertThat(packet.dup()).as("repeated with DUP").isTrue();
				assertThat(this.unacknowledged).as("nothing comes again that was acknowledged")
					.containsEntry(packet.packetId(), number);
				this.repeated++;
			}
			else {
				assertThat(number).as("nothing is left out").isEqualTo(this.next++);
				assertThat(this.unacknowledged).as("no packet id twice").doesNotContainKey(packet.packetId());
				this.unacknowledged.put(packet.packetId(), number);
			}
			if (this.last < 0 && !this.unacknowledged.isEmpty()) {
				assertThat(number).as("what is unacknowledged comes first")
					.isEqualTo(this.unacknowledged.values().stream().min(Integer::compare).orElseThrow());
			}
			this.last = number;
		}

		byte[] acknowledge(Packet packet) {
			this.unacknowledged.remove(packet.packetId());
			return RawClient.ack(0x40, packet.packetId());
		}

	}

}
