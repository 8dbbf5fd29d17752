package io.heliograph.account;

import java.time.Duration;
import java.util.List;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Who made requests is taken down once in an hour for each address. */
class FirstLoginsTests extends ServerTests {

	private static List<JsonNode> logins(String user) {
		return admin.get("/api/admin/audit?action=login&actor=" + user).json().get("items").values().stream().toList();
	}

	@Test
	void areTakenDownOnceForEachAddress() {
		heliograph.user("alice", "'OPERATOR'");
		HttpCalls alice = heliograph.as("alice", "alice-secret");
		heliograph.as("alice", "wrong").get("/api/admin/users").expect(401);
		for (int i = 0; i < 5; i++) {
			alice.get("/api/admin/users").expect(200);
		}
		String token = admin.post("/api/admin/api-keys", "{'name':'k','owner':'alice','scopes':['admin:read']}")
			.expect(201)
			.json()
			.get("token")
			.asString();
		heliograph.withKey(token).get("/api/admin/users").expect(200);
		try (RawHttp elsewhere = new RawHttp(heliograph.httpPort(), "127.0.0.9")) {
			elsewhere.request("GET /api/admin/users", List.of(RawHttp.user("alice"), "Connection: close"), "")
				.receiveAll();
		}
		await().atMost(Duration.ofSeconds(20)).until(() -> logins("alice").size() == 2);
		assertThat(logins("alice")).extracting((row) -> row.get("address").asString())
			.containsExactly("127.0.0.9", "127.0.0.1");
		assertThat(logins("alice").get(0).get("target").asString()).isEqualTo("users/alice");
	}

}
