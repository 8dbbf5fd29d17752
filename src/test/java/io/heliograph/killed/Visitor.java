package io.heliograph.killed;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import io.heliograph.testing.RawClient;

/** A device whose sessions end with its connections: it finds none, ever. */
final class Visitor extends Actor {

	private static final int MAX_PAUSE_MILLIS = 50;

	private static final int IDS = 5;

	Visitor(Path directory, String name, int port, long seed, CountDownLatch calm) {
		super(directory, name, port, seed, calm);
	}

	@Override
	boolean turn() {
		int version = 4 + this.random.nextInt(2);
		String id = this.name + "-" + this.random.nextInt(IDS);
		try (RawClient client = connected(Connects.connect(version, id, version == 4, 0), false)) {
			if (client != null) {
				client.send(Connects.subscribe(version, 1, "q1/#", 1)).receive();
				this.notes.add("visited");
			}
			pause(this.random.nextInt(MAX_PAUSE_MILLIS));
		}
		return !calm();
	}

}
