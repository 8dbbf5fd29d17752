package io.heliograph.powerloss;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

import io.heliograph.broker.MessageId;
import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import org.jspecify.annotations.Nullable;

/**
 * A publisher and devices that come and go, and what the server promises them by what it
 * answers. Nobody else has to do with them.
 */
final class Lane implements Callable<List<Promise>> {

	private static final int SUBACK = 9;

	private static final int UNSUBACK = 11;

	private static final int PUBACK = 4;

	private static final int PUBREC = 5;

	private static final int PUBREL = 6;

	private static final int PUBCOMP = 7;

	/** So many take a place in the window of the device for good. */
	private static final int MOST_KEPT = 8;

	private static final int CYCLES = 3;

	private static final int MESSAGES = 16;

	private final HeliographProcess server;

	private final int port;

	private final String name;

	private final int payloadSize;

	private final Random random;

	private final List<Promise> promises = new ArrayList<>();

	/** What the device must be sent when it comes. */
	private final Set<String> waiting = new LinkedHashSet<>();

	/** When each was promised, by its payload. */
	private final Map<String, Moment> promised = new HashMap<>();

	private int number;

	private String retained = "";

	private @Nullable Moment retainedAt;

	/**
	 * @param name what all its topics and client ids have
	 * @param payloadSize how large most messages are, at least
	 */
	Lane(HeliographProcess server, String name, int payloadSize, long seed) {
		this.server = server;
		this.port = server.mqttPort();
		this.name = name;
		this.payloadSize = payloadSize;
		this.random = new Random(seed);
	}

	private void promise(String what, Moment from, Moment until, Predicate<StoredRows> isKept) {
		this.promises.add(new Promise(this.name + ": " + what, from, until, isKept));
	}

	@Override
	public List<Promise> call() throws Exception {
		String device = this.name + "-device";
		String filter = "a/" + this.name + "/#";
		try (Peer peer = new Peer(this.port, device, false)) {
			promise("session " + device, peer.connected(), Moment.NEVER, (rows) -> rows.hasSession(device));
			promise("client id " + device, peer.connected(), Moment.NEVER, (rows) -> rows.knows(device));
			promise("subscription " + filter, subscribe(peer, filter), Moment.NEVER,
					(rows) -> rows.isSubscribed(device, filter));
		}
		try (Notifications notifications = new Notifications(this.server, this.name)) {
			Groups groups = new Groups(this.port, this.name, notifications, this.random);
			for (int i = 0; i < CYCLES; i++) {
				publish(i);
				visit(i);
				this.promises.addAll(notifications.publish(i));
				this.promises.addAll(groups.publish(i));
				post(device);
				drain(device);
			}
			this.promises.addAll(groups.end());
		}
		publish(CYCLES);
		// what was not delivered is promised to the end
		this.waiting.forEach((payload) -> promiseQueued(payload, Moment.NEVER));
		promiseRetained(Moment.NEVER, this.retained);
		return this.promises;
	}

	private void promiseQueued(String payload, Moment until) {
		String device = this.name + "-device";
		promise("message " + shown(payload), Objects.requireNonNull(this.promised.get(payload)), until,
				(rows) -> rows.place(device, payload) != null);
	}

	static Moment subscribe(Peer peer, String filter) {
		int packetId = peer.nextPacketId();
		peer.send(RawClient.subscribe(packetId, filter, 2));
		return peer.receive(SUBACK, packetId);
	}

	private String nextPayload() {
		String payload = this.name + "-" + this.number++ + ".";
		return payload + "x".repeat(this.random.nextInt(3) > 0 ? this.payloadSize : 0);
	}

	/** With QoS 1 and 2, some of which is never released, and what is retained. */
	private void publish(int cycle) {
		String id = this.name + "-publisher" + cycle;
		try (Peer peer = new Peer(this.port, id, false)) {
			promise("session " + id, peer.connected(), Moment.NEVER, (rows) -> rows.hasSession(id));
			for (int i = 0; i < MESSAGES; i++) {
				String payload = nextPayload();
				int packetId = peer.nextPacketId();
				int qos = 1 + this.random.nextInt(2);
				peer.send(RawClient.publish("a/" + this.name + "/x", payload, qos, packetId));
				Moment taken = peer.receive((qos == 1) ? PUBACK : PUBREC, packetId);
				this.waiting.add(payload);
				this.promised.put(payload, taken);
				if (qos == 2) {
					release(peer, packetId, taken);
				}
				if (i % 4 == 0) {
					retain(peer);
				}
			}
		}
	}

	private void release(Peer peer, int packetId, Moment received) {
		String id = peer.id();
		boolean releases = this.random.nextBoolean();
		promise("packet id " + packetId + " of " + id, received, releases ? received : Moment.NEVER,
				(rows) -> rows.hasReceived(id, packetId));
		if (releases) {
			peer.send(RawClient.ack(0x62, packetId));
			promise("no packet id " + packetId + " of " + id, peer.receive(PUBCOMP, packetId), Moment.NEVER,
					(rows) -> !rows.hasReceived(id, packetId));
		}
	}

	/** Another message on the same topic, or none. */
	private void retain(Peer peer) {
		String topic = "retained/" + this.name;
		String next = (this.random.nextInt(4) > 0) ? nextPayload() : "";
		int packetId = peer.nextPacketId();
		byte[] publish = RawClient.publish(topic, next, 1, packetId);
		publish[0] |= 1;
		peer.send(publish);
		Moment taken = peer.receive(PUBACK, packetId);
		promiseRetained(taken, next);
		this.retained = next;
		this.retainedAt = taken;
	}

	private void promiseRetained(Moment until, String next) {
		String topic = "retained/" + this.name;
		String present = this.retained;
		if (this.retainedAt != null) {
			promise("retained " + shown(present), this.retainedAt, until, (rows) -> rows.retains(topic, present, next));
		}
	}

	/** A session that comes, subscribes to something and not any more, and ends. */
	private void visit(int cycle) {
		String id = this.name + "-visitor" + cycle;
		String filter = "visit/" + this.name;
		Moment left;
		try (Peer peer = new Peer(this.port, id, false)) {
			Moment subscribed = subscribe(peer, filter);
			subscribe(peer, filter + "/other");
			promise("subscription of a visitor", subscribed, peer.last(), (rows) -> rows.isSubscribed(id, filter));
			int packetId = peer.nextPacketId();
			peer.send(RawClient.unsubscribe(packetId, filter));
			left = peer.receive(UNSUBACK, packetId);
			promise("no subscription of a visitor", left, Moment.NEVER, (rows) -> !rows.isSubscribed(id, filter));
			promise("session of a visitor", peer.connected(), left, (rows) -> rows.hasSession(id));
		}
		try (Peer peer = new Peer(this.port, id, true)) {
			promise("no session of a visitor", peer.connected(), Moment.NEVER, (rows) -> !rows.hasSession(id));
		}
	}

	/** By HTTP, to the device. */
	private void post(String device) {
		String payload = nextPayload();
		String json = "{'topic':'a/" + this.name + "/post','payload':'" + payload + "','qos':1}";
		var id = new MessageId(UUID
			.fromString(this.server.admin().post("/api/publish", json).expect(202).json().get("id").asString()));
		Moment taken = (wire) -> wire.at(id.toString());
		promise("notification by HTTP", taken, Moment.NEVER,
				(rows) -> rows.hasNotification(id) && rows.fate(id, device) != null);
		this.waiting.add(payload);
		this.promised.put(payload, taken);
	}

	/** The device takes all that waits, and does not acknowledge all of it. */
	private void drain(String device) {
		try (Peer peer = new Peer(this.port, device, false)) {
			Set<String> expected = new HashSet<>(this.waiting);
			Map<Integer, String> unreleased = new HashMap<>();
			int kept = 0;
			while (!expected.isEmpty() || !unreleased.isEmpty()) {
				Packet packet;
				try {
					packet = peer.receive();
				}
				catch (RuntimeException ex) {
					throw new IllegalStateException(device + " waits for " + expected.stream().map(Lane::shown).toList()
							+ " and PUBREL for " + unreleased.keySet() + ", keeps " + kept, ex);
				}
				if (packet.type() == PUBREL) {
					released(peer, packet.number(0), unreleased.remove(packet.number(0)));
					continue;
				}
				expected.remove(packet.payload());
				if (kept < MOST_KEPT && this.random.nextInt(5) == 0) {
					kept++;
				}
				else {
					acknowledge(peer, packet, unreleased);
				}
			}
		}
	}

	private void acknowledge(Peer peer, Packet packet, Map<Integer, String> unreleased) {
		if (this.waiting.remove(packet.payload())) {
			promiseQueued(packet.payload(), peer.last());
		}
		if (packet.qos() == 2) {
			unreleased.put(packet.packetId(), packet.payload());
		}
		peer.send(RawClient.ack((packet.qos() == 2) ? 0x50 : 0x40, packet.packetId()));
	}

	private void released(Peer peer, int packetId, @Nullable String payload) {
		String device = peer.id();
		if (payload != null) {
			promise("PUBREC of " + shown(payload), peer.last(), Moment.NEVER,
					(rows) -> rows.isReleasedOrGone(device, payload));
		}
		peer.send(RawClient.ack(0x70, packetId));
	}

	private static String shown(String payload) {
		return payload.substring(0, Math.min(payload.length(), 20));
	}

}
