package io.heliograph.killed;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nothing that was acknowledged is lost by a server that is killed, or stopped, at random
 * moments under load of all kinds.
 */
class KilledServerTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final int MAX_MILLIS_OF_LOAD = 2500;

	private static final int MAX_MILLIS_OF_START = 3000;

	private static final List<String> ENDS = List.of("end one", "end two");

	private final int port = Ports.next();

	private final int httpPort = Ports.next();

	@TempDir
	private Path directory;

	@Test
	void losesNothingInFiveRounds() throws Exception {
		run(5, Long.getLong("heliograph.killed.seed", 5));
	}

	@Test
	@Tag("long")
	void losesNothingInFiftyRounds() throws Exception {
		run(50, Long.getLong("heliograph.killed.seed", ThreadLocalRandom.current().nextLong()));
	}

	private void run(int rounds, long seed) throws Exception {
		System.out.println("seed " + seed + ", " + rounds + " rounds");
		Random random = new Random(seed);
		List<Double> starts = new ArrayList<>();
		HeliographProcess server = start().awaitReady();
		assertThat(server.output()).contains("There was no store");
		try (Participants devices = new Participants(Devices.class, this.directory, arguments(seed, this.port));
				Participants publishers = publishersAfter(devices, seed)) {
			for (int round = 0; round < rounds; round++) {
				// the moment is what is random here
				TimeUnit.MILLISECONDS.sleep(random.nextInt(MAX_MILLIS_OF_LOAD));
				end(server, round);
				long began = System.nanoTime();
				server = start();
				if (round % 5 == 2) {
					TimeUnit.MILLISECONDS.sleep(random.nextInt(MAX_MILLIS_OF_START));
					server.kill();
					began = System.nanoTime();
					server = start();
				}
				server.awaitReady();
				starts.add((System.nanoTime() - began) / 1e9);
				assertThat(devices.isAlive() && publishers.isAlive()).as("the load goes on").isTrue();
			}
			publishers.calm();
			assertThat(publishers.awaitEnd()).as("all is acknowledged in the end").isTrue();
			devices.calm();
			Evidence evidence = drained();
			List<String> wrong = evidence.wrong();
			wrong.addAll(evidence.wrongRetained(retained()));
			System.out.println(evidence.figures());
			System.out.printf("ready after %.1f s at most, %.1f s on average%n",
					starts.stream().mapToDouble(Double::doubleValue).max().orElse(0),
					starts.stream().mapToDouble(Double::doubleValue).average().orElse(0));
			assertThat(wrong).as("seed %s", seed).isEmpty();
			assertThat(server.output()).doesNotContain("ERROR", "There was no store");
		}
		finally {
			server.close();
		}
	}

	private HeliographProcess start() {
		return new HeliographProcess(this.directory.resolve("data"), "server.port=" + this.httpPort,
				"heliograph.listeners[0].port=" + this.port, "heliograph.listeners[0].allow-anonymous=true",
				"heliograph.acl.no-rules=allow");
	}

	private String[] arguments(long seed, int... ports) {
		List<String> arguments = new ArrayList<>(List.of(this.directory.toString()));
		for (int one : ports) {
			arguments.add(String.valueOf(one));
		}
		arguments.add(String.valueOf(seed));
		return arguments.toArray(String[]::new);
	}

	/** All devices have subscribed, and all publishers begun, before the first round. */
	private Participants publishersAfter(Participants devices, long seed) {
		List<String> subscribers = Stream
			.of(Devices.ALONE, Devices.GROUP, Devices.GUESTS,
					List.of(Devices.CHURNER, Devices.BEGINNER, Devices.TESTATOR))
			.flatMap(List::stream)
			.toList();
		await().atMost(PATIENCE).until(() -> subscribers.stream().noneMatch((name) -> notes(name).isEmpty()));
		Participants publishers = new Participants(Publishers.class, this.directory,
				arguments(seed, this.port, this.httpPort));
		await().atMost(PATIENCE)
			.until(() -> Publishers.EXACT.stream()
				.noneMatch((name) -> Notes.read(this.directory, name, "acknowledged").isEmpty()));
		return publishers;
	}

	private List<String> notes(String name) {
		return Notes.read(this.directory, name);
	}

	/** Each third time as an operator ends it. */
	private static void end(HeliographProcess server, int round) {
		if (round % 3 == 1) {
			server.terminate();
			server.awaitExit();
		}
		else {
			server.kill();
		}
	}

	/** Waits until the devices have all that there is for them. */
	private Evidence drained() {
		Evidence evidence = new Evidence(this.directory);
		await().atMost(PATIENCE)
			.until(() -> Stream.of(Devices.CHURNER, Devices.BEGINNER, Devices.TESTATOR)
				.allMatch((name) -> notes(name).contains("calm")));
		await().atMost(PATIENCE)
			.untilAsserted(
					() -> assertThat(without(evidence.requiredWills(), "steady5")).as("wills that were not published")
						.isEmpty());
		try (RawClient publisher = RawClient.connected(this.port, "probes", true)) {
			int packetId = 0;
			for (String topic : evidence.probes()) {
				publisher.send(RawClient.publish(topic, "probe", 1, ++packetId)).receive();
			}
			publisher.send(RawClient.publish(Probes.END, "one", 1, ++packetId)).receive();
			publisher.send(RawClient.publish(Probes.END, "two", 2, ++packetId)).receive();
			publisher.send(RawClient.ack(0x62, packetId)).receive();
		}
		List<String> all = Stream
			.of(Devices.ALONE, Devices.GROUP, Devices.GUESTS, List.of(Devices.CHURNER, Devices.BEGINNER))
			.flatMap(List::stream)
			.toList();
		await().atMost(PATIENCE)
			.untilAsserted(() -> assertThat(all.stream().filter((name) -> !without(ENDS, name).isEmpty()))
				.as("what was published last, of each QoS, has not come to")
				.isEmpty());
		return evidence;
	}

	/** Those that a device has not received. */
	private List<String> without(List<String> messages, String device) {
		Set<String> received = new HashSet<>(Notes.read(this.directory, device, "received"));
		return messages.stream().filter((message) -> !received.contains(message)).toList();
	}

	/** What a new subscriber gets. */
	private Map<String, String> retained() {
		Map<String, String> retained = new HashMap<>();
		try (RawClient client = RawClient.connected(this.port, "new", true).subscribed("retained/#", 0)) {
			while (retained.size() < MqttPublisher.RETAINED_TOPICS) {
				Packet packet = client.receive();
				retained.put(packet.topic(), packet.payload());
			}
		}
		return retained;
	}

}
