package io.heliograph.devices;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.heliograph.broker.Fate;
import io.heliograph.broker.Queued;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Heliograph;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.WholeQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Ten thousand messages of QoS 1 at a time for a session that is kept. */
class BurstTests {

	private static final int COUNT = 10_000;

	private static final int BLOCK = 100;

	private static final int WINDOW = 20;

	@TempDir
	private static Path directory;

	@AutoClose
	private static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(directory, "heliograph.listeners[0].allow-anonymous=true").user("device");
		heliograph.admin()
			.post("/api/admin/acl/rules", "{'scope':'everyone','access':'readwrite','topic':'#'}")
			.expect(201);
	}

	private static RawClient publisher() {
		return RawClient.connected(heliograph.mqttPort(), "publisher", true);
	}

	/** Sends BLOCK messages that say and whose topics end with their numbers. */
	private static void send(RawClient publisher, String topic, int first) {
		publisher.send(IntStream.range(first, first + BLOCK)
			.mapToObj((i) -> RawClient.publish(topic + "/" + i, String.valueOf(i), 1, i + 1))
			.toArray(byte[][]::new));
	}

	private static void receivePuback(RawClient publisher, int number) {
		Packet puback = publisher.receive();
		assertThat(puback.type()).isEqualTo(4);
		assertThat(puback.number(0)).isEqualTo(number + 1);
	}

	private static List<Queued> queue(String id) {
		return WholeQueue.of(heliograph.queues(), new ClientId(id));
	}

	private static int queued(String id) {
		return heliograph.sessions().find(new ClientId(id)).orElseThrow().queued();
	}

	@Test
	void isQueuedBeforePubackAndUntilItIsAcknowledged() {
		try (RawClient device = RawClient.connected(heliograph.mqttPort(), "slow", false).subscribed("slow/#", 1);
				RawClient publisher = publisher()) {
			for (int first = 0; first < COUNT; first += BLOCK) {
				send(publisher, "slow", first);
				for (int n = first; n < first + BLOCK; n++) {
					receivePuback(publisher, n);
					assertThat(queued("slow")).isGreaterThan(n);
				}
				assertThat(queue("slow").get(first + BLOCK - 1).topic().name())
					.isEqualTo("slow/" + (first + BLOCK - 1));
			}
			int[] packetIds = new int[COUNT];
			for (int n = 0; n < COUNT; n++) {
				if (n >= WINDOW) {
					device.send(RawClient.ack(0x40, packetIds[n - WINDOW]));
				}
				Packet packet = device.receive();
				packetIds[n] = packet.packetId();
				assertThat(packet.payload()).isEqualTo(String.valueOf(n));
				int left = COUNT - Math.max(0, n + 1 - WINDOW);
				assertThat(queued("slow")).isGreaterThanOrEqualTo(left);
				if (n % BLOCK == BLOCK - 1) {
					await().pollDelay(Duration.ZERO)
						.pollInterval(Duration.ofMillis(5))
						.until(() -> queue("slow").get(0).topic().name().equals("slow/" + (COUNT - left)));
					assertThat(queued("slow")).isEqualTo(left);
				}
			}
			assertThat(queue("slow")).allMatch((one) -> one.fate() == Fate.SENT);
			for (int n = COUNT - WINDOW; n < COUNT; n++) {
				device.send(RawClient.ack(0x40, packetIds[n]));
			}
			device.ping();
			await().until(() -> queue("slow").isEmpty());
		}
	}

	@Nested
	@EnumSource
	class OfEachClient extends Scenarios {

		private final Login login;

		private final String topic;

		OfEachClient(Client client) {
			super(heliograph, client);
			this.login = this.fleet.login("kept", "device").kept();
			this.topic = this.fleet.topic("burst");
		}

		private Device subscribed() {
			return this.fleet.device(this.login).subscribed(1, this.topic + "/#");
		}

		private void publish() {
			try (RawClient publisher = publisher()) {
				for (int first = 0; first < COUNT; first += BLOCK) {
					send(publisher, this.topic, first);
					for (int n = first; n < first + BLOCK; n++) {
						receivePuback(publisher, n);
					}
				}
			}
		}

		private void assertThatAllCome(Device device) {
			heliograph.publish(this.topic + "/end", "end", 1, false);
			assertThat(device.receiveUntil("end"))
				.isEqualTo(IntStream.range(0, COUNT).mapToObj(String::valueOf).toList());
			await().until(() -> queue(this.login.id()).isEmpty());
		}

		@Test
		void comesInOrderToWhoIsThere() {
			Device device = subscribed();
			publish();
			assertThatAllCome(device);
		}

		@Test
		void comesInOrderToWhoWasAway() {
			subscribed().leave();
			this.fleet.awaitAway("kept");
			publish();
			assertThat(queue(this.login.id())).hasSize(COUNT);
			assertThatAllCome(subscribed());
		}

	}

}
