package io.heliograph.account;

import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Refused logins are shown, and why. Of passwords that count as wrong at this address
 * there are five.
 */
class DeniedLoginTests extends DenialTests {

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
