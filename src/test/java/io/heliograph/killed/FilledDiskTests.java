package io.heliograph.killed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.ProgramCondition;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.RequiresProgram;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server whose disk fills takes nothing that it could not keep, and goes on by itself
 * when there is room.
 */
@RequiresProgram(value = { "unshare", "mount" }, apt = "util-linux mount")
@EnabledIf(value = "io.heliograph.testing.HeliographProcess#mayHaveDisk",
		disabledReason = ProgramCondition.REASON + "a mount that this user may make (run as root)")
class FilledDiskTests {

	private static final int QUOTA_EXCEEDED = 0x97;

	private static final int MEGABYTE = 1024 * 1024;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static HeliographProcess start(Path data, String reserve) {
		return HeliographProcess
			.onDisk("96m", data, "heliograph.listeners[0].allow-anonymous=true", "heliograph.acl.no-rules=allow",
					"heliograph.persistence.disk-reserve=" + reserve, "heliograph.listeners[0].port=" + Ports.next(),
					"heliograph.persistence.cache-size=8MB", "heliograph.persistence.write-buffer-size=8MB")
			.awaitReady();
	}

	private static int publish5(RawClient client, String payload, int qos, int packetId) {
		return publish5(client, payload, qos, packetId, "t");
	}

	private static int publish5(RawClient client, String payload, int qos, int packetId, String topic) {
		return Connects
			.reason(client.send(RawClient.publish5(topic, payload, qos, packetId, new PacketBody())).receive());
	}

	private static int subscribe(RawClient client, int version, String filter) {
		return Connects.reason(client.send(Connects.subscribe(version, 1, filter, 1)).receive());
	}

	/** A device that is subscribed to t, with a session that is kept. */
	private static RawClient device(int port, int version, String id) {
		RawClient client = new RawClient(port);
		Connects.open(client, Connects.connect(version, id, false, Connects.NEVER));
		assertThat(subscribe(client, version, "t")).isEqualTo(1);
		return client;
	}

	private static RawClient again(int port, int version, String id) {
		RawClient client = new RawClient(port);
		assertThat(Connects.open(client, Connects.connect(version, id, false, Connects.NEVER))).isTrue();
		return client;
	}

	private static String acknowledged(RawClient client, int version) {
		Arrival arrival = Arrival.of(client.receive(), version);
		client.send(RawClient.ack(0x40, arrival.packetId()));
		return arrival.payload();
	}

	/** The code of CONNACK. */
	private static int refusal(int port, int version, String id, boolean clean) {
		try (RawClient client = new RawClient(port)) {
			return client.send(Connects.connect(version, id, clean, clean ? 0 : Connects.NEVER)).receive().body()[1]
					& 0xff;
		}
	}

	@Test
	void refusesWhatItWouldHaveToKeepWhileTheReserveIsNotFree(@TempDir Path data) throws IOException {
		try (HeliographProcess process = start(data, "32MB")) {
			int port = process.mqttPort();
			HttpCalls admin = process.admin();
			device(port, 4, "device4").close();
			device(port, 5, "device5").close();
			RawClient publisher = RawClient.connected5(port, "publisher", false);
			assertThat(publish5(publisher, "before", 1, 1)).isZero();
			Path filler = process.fillDisk(data, 16 * MEGABYTE);
			await().atMost(PATIENCE).until(() -> publish5(publisher, "refused", 1, 1) == QUOTA_EXCEEDED);

			assertThat(publish5(publisher, "refused", 2, 2)).isEqualTo(QUOTA_EXCEEDED);
			try (RawClient old = RawClient.connected(port, "old", true)) {
				assertThat(old.send(RawClient.publish("t", "refused", 1, 1)).receiveOrClosed()).isNull();
			}
			try (RawClient old = RawClient.connected(port, "old", true)) {
				assertThat(old.send(RawClient.publish("t", "refused", 2, 1)).receiveOrClosed()).isNull();
			}
			assertThat(process.output()).contains("Closed the connection of 'old' at")
				.contains("the disk has no room for what it publishes");
			assertThat(admin.post("/api/publish", "{'topic':'t','payload':'refused'}").expect(503).problem())
				.isNotEmpty();
			assertThat(refusal(port, 5, "new", false)).isEqualTo(QUOTA_EXCEEDED);
			assertThat(refusal(port, 4, "new", false)).isEqualTo(3);
			assertThat(refusal(port, 4, "new", true)).isZero();

			try (RawClient device = again(port, 4, "device4")) {
				assertThat(acknowledged(device, 4)).isEqualTo("before");
				assertThat(subscribe(device, 4, "other")).isEqualTo(0x80);
				assertThat(subscribe(device, 4, "t")).as("it was granted before").isEqualTo(1);
				device.ping();
			}
			try (RawClient device = again(port, 4, "device4")) {
				device.ping();
			}
			try (RawClient device = again(port, 5, "device5")) {
				assertThat(acknowledged(device, 5)).isEqualTo("before");
				assertThat(subscribe(device, 5, "other")).isEqualTo(QUOTA_EXCEEDED);
				assertThat(Connects.reason(device.send(Connects.unsubscribe5(1, "t")).receive())).isZero();
			}
			try (RawClient visitor = RawClient.connected(port, "visitor", true).subscribed("other", 1)) {
				assertThat(publish5(publisher, "live", 1, 9, "other")).as("nothing of it is stored").isZero();
				assertThat(acknowledged(visitor, 4)).isEqualTo("live");
				// its ledger would be
				assertThat(admin.post("/api/publish", "{'topic':'other','payload':'live'}")
					.expect(503)
					.header("Retry-After")).isEqualTo("5");
			}

			assertThat(wantsOfRoom(admin)).contains("connect mqtt null", "subscribe mqtt other", "publish mqtt t",
					"publish http t", "publish http other");

			Files.delete(filler);
			await().atMost(PATIENCE).until(() -> publish5(publisher, "after", 1, 1) == 0);
			assertThat(publish5(publisher, "after", 2, 2)).isZero();
			admin.post("/api/publish", "{'topic':'t','payload':'after'}").expect(202);
			try (RawClient device = again(port, 4, "device4")) {
				assertThat(acknowledged(device, 4)).isEqualTo("after");
				assertThat(acknowledged(device, 4)).isEqualTo("after");
				assertThat(acknowledged(device, 4)).isEqualTo("after");
			}
			assertThat(refusal(port, 4, "new", false)).isZero();
		}
	}

	/** What was refused because the disk is full, as an operator is told. */
	private static Set<String> wantsOfRoom(HttpCalls admin) {
		Set<String> refused = new HashSet<>();
		for (JsonNode row : admin.get("/api/admin/denials?limit=1000").expect(200).json().get("items")) {
			if (row.get("reason").asString().equals("disk-full")) {
				JsonNode pattern = row.get("pattern");
				refused.add(row.get("kind").asString() + " " + row.get("via").asString() + " "
						+ (pattern.isNull() ? "null" : pattern.asString()));
			}
		}
		return refused;
	}

	@Test
	void goesOnByItselfAfterItsDiskWasFullToTheLastByte(@TempDir Path data) throws IOException {
		try (HeliographProcess process = start(data, "0MB")) {
			int port = process.mqttPort();
			HttpCalls admin = process.admin();
			device(port, 5, "device").close();
			Publishing publishing = new Publishing(port);
			assertThat(publishing.next()).isTrue();
			Path filler = process.fillDisk(data, 0);
			// its files have some room left, and when it has closed them others may have
			await().atMost(PATIENCE).until(() -> {
				publishing.untilRefused();
				return readiness(admin) == 503 && !publishing.next();
			});

			Files.delete(filler);
			await().atMost(PATIENCE).until(() -> readiness(admin) == 200);
			assertThat(publishing.next()).isTrue();
			List<String> received = new ArrayList<>();
			try (RawClient device = again(port, 5, "device")) {
				while (!received.contains(publishing.acknowledged.get(publishing.acknowledged.size() - 1))) {
					received.add(acknowledged(device, 5));
				}
			}
			assertThat(received).as("nothing is lost").containsAll(publishing.acknowledged);
			assertThat(process.output()).contains("is open again").doesNotContain("because serving it failed");
		}
	}

	/** Its own queue, of which the device takes all: nothing else makes room. */
	@Test
	void goesOnWhenWhatFilledItsDiskIsDelivered(@TempDir Path data) {
		try (HeliographProcess process = start(data, "20MB")) {
			int port = process.mqttPort();
			device(port, 5, "device").close();
			String large = "x".repeat(100_000);
			int acknowledged = 0;
			try (RawClient publisher = RawClient.connected5(port, "publisher", true)) {
				while (publish5(publisher, large, 1, 1) == 0) {
					acknowledged++;
				}
				assertThat(acknowledged).isGreaterThan(100);
				try (RawClient device = again(port, 5, "device")) {
					for (int i = 0; i < acknowledged; i++) {
						assertThat(acknowledged(device, 5)).isEqualTo(large);
					}
					await().atMost(PATIENCE).until(() -> publish5(publisher, "after", 1, 1) == 0);
					assertThat(acknowledged(device, 5)).isEqualTo("after");
				}
			}
		}
	}

	private static int readiness(HttpCalls admin) {
		return admin.get("/actuator/health/readiness").status();
	}

	/** Publishes one message after the other. */
	private static final class Publishing {

		private static final String MUCH = "x".repeat(10_000);

		private final int port;

		private final List<String> acknowledged = new ArrayList<>();

		private @Nullable RawClient client;

		private int number;

		Publishing(int port) {
			this.port = port;
		}

		void untilRefused() {
			while (next()) {
				assertThat(this.acknowledged).as("it must fail in the end").hasSizeLessThan(100_000);
			}
		}

		/** Returns whether it was acknowledged. */
		boolean next() {
			String payload = ++this.number + MUCH;
			try {
				RawClient open = this.client;
				if (open == null) {
					open = RawClient.connected5(this.port, "publisher", true);
					this.client = open;
				}
				Packet answer = open.send(RawClient.publish5("t", payload, 1, 1, new PacketBody())).receive();
				if (answer.type() == 4 && Connects.reason(answer) == 0) {
					this.acknowledged.add(payload);
					return true;
				}
			}
			catch (UncheckedIOException | IllegalStateException ex) {
				// the connection has ended
			}
			this.client = null;
			return false;
		}

	}

}
