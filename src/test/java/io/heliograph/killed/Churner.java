package io.heliograph.killed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;

/** A device that subscribes and unsubscribes in a session that never ends. */
final class Churner extends Actor {

	private static final int MAX_PAUSE_MILLIS = 30;

	private final List<Integer> subscribed = new ArrayList<>();

	private int number;

	private boolean wasConnected;

	private boolean probed;

	Churner(Path directory, String name, int port, long seed, CountDownLatch calm) {
		super(directory, name, port, seed, calm);
	}

	@Override
	boolean turn() {
		try (RawClient client = connected(Connects.connect(5, this.name, false, Connects.NEVER), this.wasConnected)) {
			if (client == null) {
				return true;
			}
			this.wasConnected = true;
			while (!calm()) {
				change(client);
				pause(this.random.nextInt(MAX_PAUSE_MILLIS));
			}
			if (!this.probed) {
				ask(client, Connects.subscribe(5, 2, Probes.END, 1));
				this.probed = true;
				this.notes.add("calm");
			}
			while (true) {
				Packet packet = client.receive();
				if (packet.type() == 3) {
					Arrival arrival = Arrival.of(packet, 5);
					this.notes.add("received " + arrival.topic() + " " + arrival.payload());
					client.send(RawClient.ack(0x40, arrival.packetId()));
				}
			}
		}
	}

	private void change(RawClient client) {
		if (this.subscribed.size() > 3 && this.random.nextInt(3) == 0) {
			int one = this.subscribed.remove(this.random.nextInt(this.subscribed.size()));
			this.notes.add("asks " + one);
			if (ask(client, Connects.unsubscribe5(1, "churn/" + one)) != 0) {
				wrong("there was no subscription " + one);
			}
			this.notes.add("unsubscribed " + one);
			return;
		}
		int one = ++this.number;
		this.notes.add("asks " + one);
		if (ask(client, Connects.subscribe(5, 1, "churn/" + one, 1)) != 1) {
			wrong("SUBACK refuses " + one);
		}
		this.notes.add("subscribed " + one);
		this.subscribed.add(one);
	}

	private static int ask(RawClient client, byte[] packet) {
		Packet answer = client.send(packet).receive();
		if (answer.type() != 9 && answer.type() != 11) {
			throw new IllegalStateException("no answer: " + answer);
		}
		return Connects.reason(answer);
	}

}
