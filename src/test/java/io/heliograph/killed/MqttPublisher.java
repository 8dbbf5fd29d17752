package io.heliograph.killed;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;

/**
 * Publishes with a window, and sends again what was not acknowledged. It notes what is
 * sent before that, and what is acknowledged after that.
 */
final class MqttPublisher extends Actor {

	static final int RETAINED_TOPICS = 10;

	static final int LONG_EXPIRY_SECONDS = 3600;

	private static final int WINDOW = 20;

	private static final int MAX_PAUSE_MILLIS = 5;

	private static final int PACKET_ID_NOT_FOUND = 0x92;

	private final int version;

	private final int qos;

	private final boolean retained;

	private final Map<Integer, Sent> outstanding = new LinkedHashMap<>();

	private int number;

	private boolean wasConnected;

	MqttPublisher(Path directory, String name, int port, long seed, CountDownLatch calm, int version, int qos,
			boolean retained) {
		super(directory, name, port, seed, calm);
		this.version = version;
		this.qos = qos;
		this.retained = retained;
	}

	@Override
	boolean turn() {
		// a session is what makes QoS 2 exact; without one nothing is lost either
		boolean kept = this.qos == 2;
		try (RawClient client = connected(Connects.connect(this.version, this.name, !kept, kept ? Connects.NEVER : 0),
				kept && this.wasConnected)) {
			if (client == null) {
				return true;
			}
			this.wasConnected = true;
			this.outstanding.forEach((packetId, sent) -> client
				.send(sent.received ? RawClient.ack(0x62, packetId) : again(sent.packet)));
			while (!calm() || !this.outstanding.isEmpty()) {
				if (!calm() && this.outstanding.size() < WINDOW) {
					send(client);
				}
				else {
					acknowledged(client, client.receive());
				}
			}
			return false;
		}
	}

	private static byte[] again(byte[] packet) {
		byte[] duplicate = packet.clone();
		duplicate[0] |= 8;
		return duplicate;
	}

	private void send(RawClient client) {
		this.number++;
		int packetId = 1 + this.number % 60_000;
		String topic = topic();
		String payload = this.name + "-" + this.number;
		byte[] packet = (this.version == 5) ? RawClient.publish5(topic, payload, this.qos, packetId, expiry(topic))
				: RawClient.publish(topic, payload, this.qos, packetId);
		if (this.retained) {
			packet[0] |= 1;
		}
		this.notes.add("sent " + topic + " " + payload);
		this.outstanding.put(packetId, new Sent(packet, topic + " " + payload));
		client.send(packet);
		pause(this.random.nextInt(MAX_PAUSE_MILLIS));
	}

	private String topic() {
		if (this.retained) {
			return "retained/" + this.number % RETAINED_TOPICS;
		}
		if (this.version == 5 && this.qos == 1 && this.number % 5 == 0) {
			return (this.number % 10 == 0) ? "expiring/soon" : "expiring/late";
		}
		return "q" + this.qos + "/" + this.number % 7;
	}

	private static PacketBody expiry(String topic) {
		return switch (topic) {
			case "expiring/soon" -> new PacketBody().bytes(2).number(0).number(1);
			case "expiring/late" -> new PacketBody().bytes(2).number(0).number(LONG_EXPIRY_SECONDS);
			default -> new PacketBody();
		};
	}

	private void acknowledged(RawClient client, Packet packet) {
		if (packet.type() == 14) {
			throw new IllegalStateException("the server says good-bye");
		}
		int packetId = packet.number(0);
		int reason = Connects.reason(packet);
		boolean released = packet.type() == 7 && reason == PACKET_ID_NOT_FOUND;
		if (reason != 0 && !released && !this.retained) {
			// the subscriptions are gone, or it was refused
			wrong(packet + " has a reason");
		}
		if (packet.type() == 5) {
			Objects.requireNonNull(this.outstanding.get(packetId)).received = true;
			client.send(RawClient.ack(0x62, packetId));
			return;
		}
		Sent sent = Objects.requireNonNull(this.outstanding.remove(packetId));
		this.notes.add("acknowledged " + sent.note);
	}

	/** What is sent and not acknowledged. */
	private static final class Sent {

		private final byte[] packet;

		private final String note;

		private boolean received;

		Sent(byte[] packet, String note) {
			this.packet = packet;
			this.note = note;
		}

	}

}
