package io.heliograph.killed;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are to have the same one at each start. */
final class Ports {

	private Ports() {
	}

	/**
	 * Returns one that is free. Linux gives those from 32768 on to who connects.
	 */
	static int next() {
		while (true) {
			try (ServerSocket socket = new ServerSocket(10_000 + ThreadLocalRandom.current().nextInt(20_000))) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// somebody has it
			}
		}
	}

}
