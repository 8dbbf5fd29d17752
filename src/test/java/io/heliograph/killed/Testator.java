package io.heliograph.killed;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import io.heliograph.testing.RawClient;

/**
 * Devices that leave wills, each of which is published once; or none if its device says
 * good-bye or comes back in time.
 */
final class Testator extends Actor {

	private static final int MAX_PAUSE_MILLIS = 150;

	private static final int EXPIRY_SECONDS = 600;

	private int number;

	Testator(Path directory, String name, int port, long seed, CountDownLatch calm) {
		super(directory, name, port, seed, calm);
	}

	@Override
	boolean turn() {
		if (calm()) {
			this.notes.add("calm");
			return false;
		}
		String id = this.name + "-" + ++this.number;
		this.notes.add("asks " + this.number);
		try (RawClient client = connected(Connects.withWill(id, "will/" + id, "will-" + this.number, EXPIRY_SECONDS),
				false)) {
			if (client == null) {
				return true;
			}
			this.notes.add("left " + this.number);
			pause(this.random.nextInt(MAX_PAUSE_MILLIS));
			if (this.random.nextInt(4) == 0) {
				this.notes.add("revoked " + this.number);
				client.send(new byte[] { (byte) 0xe0, 0 }).closedByServer();
			}
			else if (this.random.nextInt(4) == 0) {
				this.notes.add("revoked " + this.number);
				try (RawClient other = dial()) {
					Connects.open(other, Connects.connect(5, id, false, EXPIRY_SECONDS));
				}
			}
		}
		return true;
	}

}
