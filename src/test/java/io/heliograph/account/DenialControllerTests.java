package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is refused over MQTT and HTTP is shown, and why. */
class DenialControllerTests extends DenialTests {

	@BeforeAll
	static void addUsers() {
		heliograph.user("operator", "'OPERATOR'").user("publisher", "'PUBLISHER'");
	}

	private static RawClient device(String user, String id) {
		return RawClient.loggedIn(heliograph.mqttPort(), user, id);
	}

	@Test
	void showsWhoWantsTheClientIdOfAnother() {
		user("taker");
		try (RawClient owner = device(user("owner"), "owned")) {
			isRefused(RawClient.connect("taker", "taker-secret", "owned", true));
			owner.ping();
		}
		assertThat(shown("?user=taker")).containsExactly("user connect mqtt - other-owner - 1");
		assertThat(shown("?user=owner")).isEmpty();
	}

	@Test
	void showsRequestsThatARoleOrAKeyDoesNotAllow() {
		String user = user("curious");
		as(user).get("/api/admin/users?limit=1").expect(403);
		as(user).get("/api/admin/users/" + user).expect(403);
		String token = admin.post("/api/admin/api-keys", "{'name':'k','owner':'operator','scopes':['publish']}")
			.expect(201)
			.json()
			.get("token")
			.asString();
		heliograph.withKey(token).get("/api/admin/users").expect(403);
		assertThat(shown("?user=curious")).containsExactly("user request http GET /api/admin/users/curious role - 1",
				"user request http GET /api/admin/users role - 1");
		assertThat(shown("?user=operator")).contains("user request http GET /api/admin/users key-scope - 1");
	}

	@Test
	void showsWhatIsPublished() {
		user("writer");
		heliograph.rule("writer", "write", "of/#");
		long deny = heliograph.rule("writer", "deny", "of/writer/glass/secret");
		try (RawClient writer = device("writer", "glass")) {
			for (int i = 0; i < 3; i++) {
				writer.send(RawClient.publish("of/writer/glass/secret", "p", 0, 0));
			}
			writer.send(RawClient.publish("other", "p", 1, 1), RawClient.publish("$SYS/a", "p", 2, 2),
					RawClient.publish("of/writer/open", "p", 1, 3));
			for (int answers = 0; answers < 3; answers++) {
				writer.receive();
			}
		}
		assertThat(shown("?user=writer")).containsExactly("user publish mqtt $SYS/a reserved - 1",
				"user publish mqtt other no-rule - 1", "user publish mqtt of/%u/%c/secret rule " + deny + " 3");
	}

	@Test
	void showsAWill() {
		user("mortal");
		RawClient mortal = new RawClient(heliograph.mqttPort());
		mortal.send(RawClient.connectWithWill("mortal", "mortal", "wills", "payload")).accepted();
		mortal.hangUp();
		await().untilAsserted(
				() -> assertThat(shown("?user=mortal")).containsExactly("user publish mqtt wills no-rule - 1"));
	}

	@Test
	void showsWhatIsPublishedOverHttp() {
		heliograph.rule("publisher", "write", "news/#");
		long deny = heliograph.rule("publisher", "deny", "news/secret");
		String token = admin
			.post("/api/admin/api-keys",
					"{'name':'k','owner':'publisher','scopes':['publish'],'topics':['news/sports']}")
			.expect(201)
			.json()
			.get("token")
			.asString();
		as("publisher").post("/api/publish", "{'topic':'news/secret','payload':1}").expect(403);
		as("publisher").post("/api/publish", "{'topic':'other','payload':1}").expect(403);
		heliograph.withKey(token).post("/api/publish", "{'topic':'news/a','payload':1}").expect(403);
		heliograph.withKey(token).post("/api/publish", "{'topic':'news/sports','payload':1}").expect(202);
		as("operator").post("/api/publish", "{'topic':'news/a','payload':1}").expect(403);
		assertThat(shown("?user=publisher")).containsExactly("user publish http news/a key-topic - 1",
				"user publish http other no-rule - 1", "user publish http news/secret rule " + deny + " 1");
		assertThat(shown("?user=operator")).contains("user request http POST /api/publish role - 1");
	}

	@Test
	void showsSubscriptionsAndDeliveries() {
		user("reader");
		heliograph.rule("reader", "read", "a/#");
		long deny = heliograph.rule("reader", "deny", "a/secret/#");
		try (RawClient reader = device("reader", "device-of-reader")) {
			reader.send(RawClient.subscribe(1, "b/#", 1), RawClient.subscribe(2, "a/secret/+", 1));
			for (int i = 0; i < 2; i++) {
				Packet suback = reader.receive();
				assertThat(suback.body()[2]).isEqualTo((byte) 0x80);
			}
			reader.subscribed("a/#", 1);
			heliograph.publish("a/secret/reader", "hidden", 1, false);
			heliograph.publish("a/secret/reader", "hidden", 0, false);
			heliograph.publish("a/open", "shown", 1, false);
			assertThat(reader.receive().topic()).isEqualTo("a/open");
		}
		assertThat(shown("?user=reader")).containsExactly("user deliver mqtt a/secret/%u rule " + deny + " 2",
				"user subscribe mqtt a/secret/+ rule " + deny + " 1", "user subscribe mqtt b/# no-rule - 1");
		assertThat(shown("?user=reader&kind=deliver")).hasSize(1);
	}

	@Test
	void staysBoundedWhateverIsPublished() {
		String before = user("before");
		try (RawClient client = device(before, "before")) {
			client.send(RawClient.publish("once", "p", 1, 1)).receive();
		}
		try (RawClient flood = device(user("flood"), "flood")) {
			for (int i = 0; i < 100_000; i++) {
				flood.send(RawClient.publish("flood" + (i % 1000) + "/" + i, "p", 0, 0));
			}
			flood.ping();
		}
		List<JsonNode> rows = rows("?user=flood&limit=1000");
		assertThat(rows).hasSize(DenialRows.MAX_OF_FIRST_LEVELS + 1);
		assertThat(rows.stream().mapToLong((row) -> row.get("count").asLong()).sum()).isEqualTo(100_000);
		assertThat(shown("?user=before")).containsExactly("user publish mqtt once no-rule - 1");
	}

	@Test
	void comesInPages() {
		try (RawClient client = device(user("pages"), "pages")) {
			for (int i = 1; i <= 5; i++) {
				client.send(RawClient.publish("t" + i, "p", 1, i)).receive();
			}
		}
		List<String> seen = new ArrayList<>();
		String cursor = "";
		while (cursor != null) {
			JsonNode page = admin.get(DENIALS + "?user=pages&limit=2" + cursor).expect(200).json();
			page.get("items").values().forEach((row) -> seen.add(row.get("pattern").asString()));
			cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asString();
		}
		assertThat(seen).containsExactly("t5", "t4", "t3", "t2", "t1");
	}

	@Test
	void isForOperators() {
		as("operator").get(DENIALS).expect(200);
		as("publisher").get(DENIALS).expect(403);
		assertThat(admin.get(DENIALS + "?kind=other").expect(422).body()).contains("connect, subscribe, publish");
		admin.get(DENIALS + "?cursor=x").expect(400);
		admin.get(DENIALS + "?limit=0").expect(422);
	}

}
