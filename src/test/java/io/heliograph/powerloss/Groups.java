package io.heliograph.powerloss;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

import io.heliograph.broker.Fate;
import io.heliograph.broker.MessageId;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;

/**
 * A shared group with a member whose session is kept and a guest whose session is not:
 * what the guest has is lent to it, and what it leaves is the other's.
 */
final class Groups {

	private static final int PUBACK = 4;

	private static final int MESSAGES = 8;

	private final int port;

	private final String name;

	private final String filter;

	private final Notifications notifications;

	private final Random random;

	/** What nobody has acknowledged, with when it was promised. */
	private final Map<String, Moment> waiting = new LinkedHashMap<>();

	private List<Promise> promises = new ArrayList<>();

	Groups(int port, String name, Notifications notifications, Random random) {
		this.port = port;
		this.name = name;
		this.filter = "$share/group/g/" + name + "/#";
		this.notifications = notifications;
		this.random = random;
		try (Peer kept = new Peer(port, name + "-kept", false)) {
			Lane.subscribe(kept, this.filter);
		}
	}

	private void promise(String what, Moment from, Moment until, Predicate<StoredRows> isKept) {
		this.promises.add(new Promise(this.name + ": " + what, from, until, isKept));
	}

	private void promiseWaits(String payload, Moment from, Moment until) {
		promise("of a group " + payload, from, until, (rows) -> rows.waits(payload));
	}

	/** Publishes to the group; returns what is promised. */
	List<Promise> publish(int cycle) throws IOException {
		this.promises = new ArrayList<>();
		withdraw("g/" + this.name + "/waiting" + cycle);
		try (Peer guest = new Peer(this.port, this.name + "-guest", true)) {
			Lane.subscribe(guest, this.filter);
			int before = this.waiting.size();
			publishPlain(cycle);
			withdraw("g/" + this.name + "/lent" + cycle);
			// more than that it may not have been lent
			take(guest, Math.min(before + MESSAGES, MESSAGES));
		}
		try (Peer kept = new Peer(this.port, this.name + "-kept", false)) {
			take(kept, this.waiting.size() / 2);
		}
		return this.promises;
	}

	private void publishPlain(int cycle) {
		try (Peer publisher = new Peer(this.port, this.name + "-to-group", true)) {
			for (int i = 0; i < MESSAGES; i++) {
				String payload = this.name + "-group-" + cycle + "-" + i + ".";
				int packetId = publisher.nextPacketId();
				publisher.send(RawClient.publish("g/" + this.name + "/x", payload, 1, packetId));
				this.waiting.put(payload, publisher.receive(PUBACK, packetId));
			}
		}
	}

	/** A member takes some, and does not acknowledge all of it. */
	private void take(Peer member, int messages) {
		for (int i = 0; i < messages; i++) {
			Packet packet = member.receive();
			Moment promised = this.waiting.get(packet.payload());
			if (promised != null && packet.qos() == 1 && this.random.nextBoolean()) {
				promiseWaits(packet.payload(), promised, member.last());
				this.waiting.remove(packet.payload());
				member.send(RawClient.ack(0x40, packet.packetId()));
			}
		}
	}

	/** It may be sent already, if the guest is there. */
	private void withdraw(String topic) throws IOException {
		MessageId id = this.notifications.notify("routed", topic, "nobody");
		Moment queued = this.notifications.last();
		promise("notification to a group", queued, Moment.NEVER, (rows) -> rows.fateOfGroup(id, this.filter) != null);
		if (this.notifications.ask("withdraw " + id).endsWith(" 1")) {
			promise("withdrawn from a group", this.notifications.last(), Moment.NEVER,
					(rows) -> rows.fateOfGroup(id, this.filter) == Fate.RECALLED);
		}
	}

	/** What was not acknowledged is promised to the end. */
	List<Promise> end() {
		this.promises = new ArrayList<>();
		this.waiting.forEach((payload, promised) -> promiseWaits(payload, promised, Moment.NEVER));
		return this.promises;
	}

}
