package io.heliograph.account;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Refused logins are shown, and why. Of passwords that count as wrong at this address
 * there are five.
 */
class DeniedLoginTests extends ServerTests {

	private static final String DENIALS = "/api/admin/denials";

	private static String user(String name) {
		heliograph.user(name);
		return name;
	}

	private static List<JsonNode> rows(String query) {
		return List.copyOf(admin.get(DENIALS + query).expect(200).json().get("items").values());
	}

	/** Who, kind, via, pattern, reason, rule and count of rows. */
	private static List<String> shown(String query) {
		return rows(query).stream().map(DeniedLoginTests::shown).toList();
	}

	private static String shown(JsonNode row) {
		List<String> texts = new ArrayList<>();
		for (String field : List.of("who", "kind", "via", "pattern", "reason", "rule", "count")) {
			texts.add(row.get(field).isNull() ? "-" : row.get(field).asString());
		}
		return String.join(" ", texts);
	}

	private static HttpCalls as(String name) {
		return heliograph.as(name, name + "-secret");
	}

	private static void isRefused(byte[] connect) {
		try (RawClient client = new RawClient(heliograph.mqttPort())) {
			assertThat(client.send(connect).receive().body()[1]).isEqualTo((byte) 5);
		}
	}

	@Test
	void showLoginsOverMqtt() {
		user("login");
		isRefused(RawClient.connect("login", "wrong", "first", true));
		isRefused(RawClient.connect("login", "wrong-too", "second", true));
		isRefused(RawClient.connect("nobody", "nobody-secret", "third", true));
		isRefused(RawClient.connect(4, "fourth", true));
		assertThat(shown("?user=login")).containsExactly("user connect mqtt - bad-credentials - 2");
		assertThat(shown("?user=nobody")).containsExactly("stranger connect mqtt - bad-credentials - 1");
		assertThat(shown("?kind=connect")).contains("anonymous connect mqtt - anonymous - 1");
		JsonNode row = rows("?user=login").get(0);
		assertThat(row.get("lastClientId").asString()).isEqualTo("second");
		assertThat(row.get("lastAddress").asString()).isEqualTo("127.0.0.1");
		assertThat(row.get("first").asString()).isLessThan(row.get("last").asString());
		assertThat(admin.get(DENIALS).body()).doesNotContain("wrong", "nobody-secret");
	}

	@Test
	void showLoginsOverHttp() {
		user("caller");
		heliograph.as("caller", "wrong").get("/api/publish").expect(401);
		heliograph.as("unknown", "unknown-secret").get("/api/publish").expect(401);
		heliograph.anyone().get("/api/publish").expect(401);
		JsonNode key = admin.post("/api/admin/api-keys", "{'name':'k','owner':'caller','scopes':['publish']}")
			.expect(201)
			.json();
		String token = key.get("token").asString();
		admin.put("/api/admin/users/caller", "{'enabled':false}").expect(200);
		heliograph.withKey(token).get("/api/publish").expect(401);
		heliograph.withKey("no-key").get("/api/publish").expect(401);
		assertThat(shown("?user=caller")).containsExactly("user connect http - disabled - 1",
				"user connect http - bad-credentials - 1");
		assertThat(shown("?user=unknown")).containsExactly("stranger connect http - bad-credentials - 1");
		assertThat(shown("?kind=connect")).contains("anonymous connect http - anonymous - 1",
				"anonymous connect http - bad-credentials - 1");
		assertThat(admin.get(DENIALS).body()).doesNotContain(token, "no-key", "wrong");
	}

	@Test
	void showWhoIsHeldOff() {
		user("guessed");
		as("guessed").get("/api/publish").expect(405);
		for (int i = 0; i < 7; i++) {
			heliograph.as("guessed", "wrong" + i).get("/api/publish");
		}
		assertThat(shown("?user=guessed")).anySatisfy((row) -> assertThat(row).contains("http - held-off"));
	}

}
