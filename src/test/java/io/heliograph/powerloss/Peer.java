package io.heliograph.powerloss;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;

/**
 * A client of MQTT 3.1.1, which knows of each packet that it has received when the server
 * has sent it. For one thread.
 */
final class Peer implements AutoCloseable {

	private static final int CONNACK = 2;

	private static final int PUBLISH = 3;

	/** How many connections there were so far between two ports. */
	private static final Map<String, Integer> CONNECTIONS = new ConcurrentHashMap<>();

	private final String id;

	private final RawClient client;

	/** That of the server and its own: ports are used again. */
	private final String ports;

	private final int number;

	private final Moment connected;

	private Moment last;

	private int packetId;

	/** Connects, and waits for CONNACK. */
	Peer(int server, String id, boolean clean) {
		this.id = id;
		this.client = RawClient.connected(server, id, clean);
		this.ports = server + " " + this.client.localPort();
		this.number = CONNECTIONS.merge(this.ports, 1, Integer::sum);
		this.connected = at((packet) -> packet.type() == CONNACK);
		this.last = this.connected;
	}

	private Moment at(Predicate<Packet> packet) {
		return (wire) -> wire.at(this.ports, this.number, packet);
	}

	String id() {
		return this.id;
	}

	Moment connected() {
		return this.connected;
	}

	/** When the packet came that was the last one so far. */
	Moment last() {
		return this.last;
	}

	int nextPacketId() {
		return ++this.packetId;
	}

	void send(byte[]... packets) {
		this.client.send(packets);
	}

	/** Waits for a packet. */
	Packet receive() {
		Packet packet = this.client.receive();
		if (packet.type() == PUBLISH) {
			String payload = packet.payload();
			this.last = at((one) -> one.type() == PUBLISH && one.payload().equals(payload));
		}
		else {
			int first = packet.first();
			int number = packet.number(0);
			this.last = at((one) -> one.first() == first && one.number(0) == number);
		}
		return packet;
	}

	/**
	 * Waits for an answer with a packet id, and leaves out messages before it; returns
	 * when it was sent.
	 */
	Moment receive(int type, int packetId) {
		Packet packet = receive();
		while (packet.type() == PUBLISH) {
			packet = receive();
		}
		if (packet.type() != type || packet.number(0) != packetId) {
			throw new IllegalStateException("expected " + type + " for " + packetId + ", got " + packet);
		}
		return this.last;
	}

	@Override
	public void close() {
		this.client.hangUp();
	}

}
