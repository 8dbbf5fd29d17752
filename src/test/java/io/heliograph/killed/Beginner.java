package io.heliograph.killed;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;

/** A device that begins a new session each time, which would never end. */
final class Beginner extends Actor {

	private static final int MAX_PAUSE_MILLIS = 60;

	private int number;

	private boolean started;

	private boolean probed;

	Beginner(Path directory, String name, int port, long seed, CountDownLatch calm) {
		super(directory, name, port, seed, calm);
	}

	@Override
	boolean turn() {
		if (calm()) {
			receive();
			return true;
		}
		this.started = false;
		this.notes.add("asks " + ++this.number);
		try (RawClient client = connected(Connects.connect(5, this.name, true, Connects.NEVER), false)) {
			if (client == null) {
				return true;
			}
			this.started = true;
			this.notes.add("started " + this.number);
			Packet suback = client.send(Connects.subscribe(5, 1, "begun/" + this.number, 1)).receive();
			if (suback.type() == 9) {
				this.notes.add("subscribed " + this.number);
			}
			pause(this.random.nextInt(MAX_PAUSE_MILLIS));
		}
		return true;
	}

	private void receive() {
		try (RawClient client = connected(Connects.connect(5, this.name, false, Connects.NEVER),
				(this.started || this.probed) ? true : null)) {
			if (client == null) {
				return;
			}
			if (!this.probed) {
				client.send(Connects.subscribe(5, 2, Probes.END, 1)).receive();
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

}
