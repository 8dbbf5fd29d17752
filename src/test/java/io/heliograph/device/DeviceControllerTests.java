package io.heliograph.device;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Heliograph;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.ServerTests;
import io.heliograph.testing.WholeQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.web.util.UriUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Which devices are known, and whose they are. */
class DeviceControllerTests extends ServerTests {

	private static final String DEVICES = "/api/devices";

	private static final int NOT_AUTHORIZED = 5;

	@BeforeAll
	static void addUsers() {
		heliograph.user("alice").user("bob");
		for (String user : new String[] { "alice", "bob" }) {
			heliograph.rule(user, "readwrite", "t/#");
		}
	}

	private static RawClient connect(Heliograph server, String user, String id) {
		return new RawClient(server.mqttPort()).send(RawClient.connect(user, user + "-secret", id, id.isEmpty()));
	}

	private static boolean isRefused(String user, String id) {
		try (RawClient client = connect(heliograph, user, id)) {
			return client.receive().body()[1] == NOT_AUTHORIZED;
		}
	}

	/** Alice's device has a message in its window, and one in its queue. */
	private static void leaveMessages(Heliograph server, String id) {
		try (RawClient device = connect(server, "alice", id).accepted().subscribed("t/" + id, 1)) {
			server.publish("t/" + id, "sent", 1, false);
			assertThat(device.receive().type()).as("PUBLISH, which is not acknowledged").isEqualTo(3);
		}
		await().until(() -> !server.sessions()
			.all()
			.stream()
			.anyMatch((session) -> session.client().value().equals(id) && session.connected()));
		server.publish("t/" + id, "queued", 1, false);
	}

	@Test
	void areOfWhoFirstCameWithThem() {
		leaveMessages(heliograph, "of-alice");
		assertThat(isRefused("bob", "of-alice")).isTrue();
		assertThat(WholeQueue.of(heliograph.queues(), new ClientId("of-alice"))).as("read or acknowledged by none")
			.hasSize(2);
		JsonNode device = admin.get(DEVICES + "/of-alice").expect(200).json();
		assertThat(device.get("owner").asString()).isEqualTo("alice");
		assertThat(device.get("connected").asBoolean()).isFalse();
		try (RawClient alice = connect(heliograph, "alice", "of-alice").accepted()) {
			assertThat(alice.receive().type()).isEqualTo(3);
			assertThat(alice.receive().type()).isEqualTo(3);
			assertThat(admin.get(DEVICES + "/of-alice").json().get("connected").asBoolean()).isTrue();
			assertThat(isRefused("bob", "of-alice")).isTrue();
			alice.ping();
		}
	}

	@Test
	void areGivenToAnother() {
		leaveMessages(heliograph, "moving");
		JsonNode given = admin.put(DEVICES + "/moving", "{'owner':'bob'}").expect(200).json();
		assertThat(given.get("owner").asString()).isEqualTo("bob");
		assertThat(isRefused("alice", "moving")).isTrue();
		try (RawClient bob = connect(heliograph, "bob", "moving").accepted()) {
			Packet first = bob.receive();
			assertThat(first.type()).as("what waited").isEqualTo(3);
		}
		admin.put(DEVICES + "/new", "{'owner':'alice'}").expect(200);
		assertThat(isRefused("bob", "new")).isTrue();
		admin.put(DEVICES + "/new", "{'owner':null}").expect(200);
		JsonNode row = admin.get("/api/admin/audit?target=devices/new").expect(200).json().get("items").get(0);
		assertThat(row.get("before")).hasToString("{\"owner\":\"alice\"}");
		assertThat(row.get("after")).hasToString("{\"owner\":null}");
		assertThat(isRefused("alice", "new")).isTrue();
		assertThat(admin.put(DEVICES + "/new", "{}").expect(422).body()).contains("The field 'owner' is missing");
		assertThat(admin.put(DEVICES + "/new", "{'owner':'nobody'}").expect(422).body()).contains("no user 'nobody'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "/", "//", "a/../b", "a\\b", "%", "%2F", "%25", "a;b=c", "a+b", "a b", "?", "#",
			"~", "...", "\u2028", "\u2029", "gläss-𝄞", "a&owner=b", "{id}", "*" })
	void canBeReachedWhateverTheyAreCalled(String id) {
		String path = DEVICES + "/" + UriUtils.encode(id, StandardCharsets.UTF_8);
		connect(heliograph, "alice", id).accepted().close();
		assertThat(admin.get(path).expect(200).json().get("id").asString()).isEqualTo(id);
		admin.put(path, "{'owner':'bob'}").expect(200);
		assertThat(isRefused("alice", id)).isTrue();
		admin.delete(path).expect(204);
		admin.get(path).expect(404);
		assertThat(isRefused("alice", id)).isFalse();
		admin.delete(path).expect(204);
	}

	@Test
	void areForgottenWithWhatWaits() {
		leaveMessages(heliograph, "forgotten");
		admin.delete(DEVICES + "/forgotten").expect(204);
		admin.get(DEVICES + "/forgotten").expect(404);
		admin.delete(DEVICES + "/forgotten").expect(404);
		try (RawClient bob = connect(heliograph, "bob", "forgotten").accepted()) {
			bob.ping();
		}
		assertThat(isRefused("alice", "forgotten")).isTrue();
		assertThat(admin.get("/api/admin/audit?target=devices/forgotten")
			.json()
			.get("items")
			.get(0)
			.get("action")
			.asString()).isEqualTo("device.delete");
	}

	/** One that the server assigned is nobody's. */
	@Test
	void areNotKnownByNamesThatAreTooLong() {
		String id = "x".repeat(60_000);
		try (RawClient client = connect(heliograph, "alice", id)) {
			assertThat(client.receive().body()[1]).as("identifier rejected").isEqualTo((byte) 2);
		}
		assertThat(admin.get("/api/admin/denials?user=alice").body()).contains("client-id-too-long");
	}

	@Test
	void areNotForgottenWhereTheyAreNotKnown() {
		try (RawClient client = connect(heliograph, "alice", "").accepted()) {
			String assigned = heliograph.sessions()
				.all()
				.stream()
				.map((session) -> session.client().value())
				.filter((id) -> admin.get(DEVICES + "/" + id).status() == 404)
				.findFirst()
				.orElseThrow();
			admin.delete(DEVICES + "/" + assigned).expect(404);
			client.ping();
		}
	}

	@Test
	void areFreeWhenTheirUserIsGone() {
		heliograph.user("leaving");
		connect(heliograph, "leaving", "left").accepted().close();
		assertThat(isRefused("bob", "left")).isTrue();
		admin.delete("/api/admin/users/leaving").expect(204);
		admin.get(DEVICES + "/left").expect(404);
		assertThat(isRefused("bob", "left")).isFalse();
	}

	@Test
	void areListedInPages() {
		admin.put(DEVICES + "/~page-1", "{'owner':'alice'}").expect(200);
		admin.put(DEVICES + "/~page-2", "{'owner':null}").expect(200);
		JsonNode page = admin.get(DEVICES + "?limit=1&cursor=~page").expect(200).json();
		assertThat(page.get("items").get(0).get("id").asString()).isEqualTo("~page-1");
		JsonNode next = admin.get(DEVICES + "?limit=1&cursor=" + page.get("next").asString()).expect(200).json();
		assertThat(next.get("items").get(0).get("owner").isNull()).isTrue();
		assertThat(next.get("next").isNull()).isTrue();
	}

	@Test
	void areAnybodysIfSoSetAndThatIsTakenDown(@TempDir Path directory) {
		try (Heliograph server = Heliograph.start(directory, "heliograph.client-id-ownership=any")) {
			server.user("alice").user("bob");
			server.rule("alice", "readwrite", "t/#");
			server.rule("bob", "readwrite", "t/#");
			leaveMessages(server, "shared");
			try (RawClient bob = connect(server, "bob", "shared").accepted()) {
				assertThat(bob.receive().type()).as("what waited for alice").isEqualTo(3);
			}
			JsonNode row = await()
				.until(() -> server.admin().get("/api/admin/audit?action=session.take-over").json().get("items"),
						(items) -> items.size() == 1)
				.get(0);
			assertThat(row.get("actor").asString()).isEqualTo("bob");
			assertThat(row.get("target").asString()).isEqualTo("devices/shared");
			assertThat(row.get("before").get("user").asString()).isEqualTo("alice");
		}
	}

}
