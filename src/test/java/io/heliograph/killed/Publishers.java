package io.heliograph.killed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A process of publishers: it ends when its input does and all is acknowledged. */
final class Publishers {

	/** Those of QoS 1 and 2 that do not retain, and those over HTTP. */
	static final List<String> EXACT = List.of("one4", "one5", "two4", "two5", "http1", "http2");

	static final String RETAINING = "retaining";

	private Publishers() {
	}

	/**
	 * @param args the directory of the notes, the ports of MQTT and HTTP, and the seed
	 */
	public static void main(String[] args) throws IOException {
		Path directory = Path.of(args[0]);
		int port = Integer.parseInt(args[1]);
		int httpPort = Integer.parseInt(args[2]);
		long seed = Long.parseLong(args[3]);
		CountDownLatch calm = new CountDownLatch(1);
		for (Actor actor : List.of(new MqttPublisher(directory, "one4", port, seed, calm, 4, 1, false),
				new MqttPublisher(directory, "one5", port, seed, calm, 5, 1, false),
				new MqttPublisher(directory, "two4", port, seed, calm, 4, 2, false),
				new MqttPublisher(directory, "two5", port, seed, calm, 5, 2, false),
				new MqttPublisher(directory, RETAINING, port, seed, calm, 5, 1, true),
				new HttpPublisher(directory, "http1", port, httpPort, seed, calm),
				new HttpPublisher(directory, "http2", port, httpPort, seed, calm))) {
			new Thread(actor, actor.name).start();
		}
		System.in.readAllBytes();
		calm.countDown();
	}

}
