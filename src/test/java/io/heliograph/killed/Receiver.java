package io.heliograph.killed;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import org.jspecify.annotations.Nullable;

/**
 * A device with a session that never ends, but for a guest. It subscribes once for each
 * session, and notes what comes before it acknowledges that.
 */
final class Receiver extends Actor {

	private static final int MOST_IN_A_CONNECTION = 300;

	private static final int MOST_MILLIS_DEAF = 1000;

	private static final int MOST_MILLIS_AWAY = 400;

	private final int version;

	private final Kind kind;

	private final Map<String, Integer> filters;

	/** Packet ids of QoS 2 that are not released. */
	private final Set<Integer> unreleased = new HashSet<>();

	private boolean wasConnected;

	/** A connection that another takes over. */
	private @Nullable RawClient before;

	/**
	 * @param filters with their QoS
	 */
	Receiver(Path directory, String name, int port, long seed, CountDownLatch calm, int version, Kind kind,
			Map<String, Integer> filters) {
		super(directory, name, port, seed, calm);
		this.version = version;
		this.kind = kind;
		this.filters = filters;
	}

	@Override
	boolean turn() {
		boolean guest = this.kind == Kind.GUEST;
		RawClient client = connected(Connects.connect(this.version, this.name, false, guest ? 0 : Connects.NEVER),
				!guest && this.wasConnected);
		closeBefore();
		if (client == null) {
			return true;
		}
		this.before = client;
		if (guest || !this.wasConnected) {
			subscribe(client);
			this.wasConnected = true;
			this.notes.add("subscribed");
			if (this.kind == Kind.ABSENT) {
				closeBefore();
				awaitCalm();
				return true;
			}
		}
		int left = this.random.nextInt(MOST_IN_A_CONNECTION);
		while (this.kind == Kind.STEADY || calm() || left > 0) {
			left -= handle(client, client.receive(), left == 1 && this.random.nextBoolean() && !calm()) ? 1 : 0;
		}
		leave(client);
		return true;
	}

	private void closeBefore() {
		RawClient client = this.before;
		this.before = null;
		if (client != null) {
			client.close();
		}
	}

	private void leave(RawClient client) {
		if (this.kind == Kind.GUEST) {
			// what comes meanwhile it never reads
			pause(this.random.nextInt(MOST_MILLIS_DEAF));
			hangUp(client);
			return;
		}
		switch (this.random.nextInt(4)) {
			case 0 -> closeBefore();
			case 1 -> hangUp(client);
			case 2 -> hangUp(client.send(new byte[] { (byte) 0xe0, 0 }));
			default -> {
				// the next one takes it over
				return;
			}
		}
		pause(this.random.nextInt(MOST_MILLIS_AWAY));
	}

	private void hangUp(RawClient client) {
		this.before = null;
		client.hangUp();
	}

	private void subscribe(RawClient client) {
		this.filters.forEach((filter, qos) -> {
			Packet suback = client.send(Connects.subscribe(this.version, 1, filter, qos)).receive();
			while (suback.type() == 3) {
				// what waits for a group may come before
				handle(client, suback, false);
				suback = client.receive();
			}
			if (suback.type() == 14) {
				throw new IllegalStateException("the server stops");
			}
			if (suback.type() != 9 || Connects.reason(suback) != qos) {
				wrong("SUBACK of " + filter + " is " + suback);
			}
		});
	}

	/** Returns whether it was a message. */
	private boolean handle(RawClient client, Packet packet, boolean silent) {
		if (packet.type() == 6) {
			int packetId = packet.number(0);
			this.unreleased.remove(packetId);
			client.send(RawClient.ack(0x70, packetId));
			return false;
		}
		if (packet.type() != 3) {
			return false;
		}
		Arrival arrival = Arrival.of(packet, this.version);
		if (arrival.qos() != 2 || this.unreleased.add(arrival.packetId())) {
			note(arrival);
		}
		if (!silent && arrival.qos() > 0) {
			client.send(RawClient.ack((arrival.qos() == 1) ? 0x40 : 0x50, arrival.packetId()));
		}
		return true;
	}

	private void note(Arrival arrival) {
		long expiry = arrival.expirySeconds();
		if (this.version == 5 && arrival.topic().equals("expiring/late")
				&& (expiry < 1 || expiry > MqttPublisher.LONG_EXPIRY_SECONDS)) {
			wrong("the expiry of " + arrival + " is none of those that are left");
		}
		this.notes.add("received " + arrival.topic() + " " + arrival.payload());
	}

	/** What it does with its connections. */
	enum Kind {

		/** It connects again when it must. */
		STEADY,

		/** It breaks its connections, and takes them over. */
		RESTLESS,

		/** Its session ends with each connection, of which it does not read the end. */
		GUEST,

		/** It subscribes, and is away until all is calm. */
		ABSENT

	}

}
