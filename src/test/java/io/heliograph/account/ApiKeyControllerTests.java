package io.heliograph.account;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import io.heliograph.account.secret.GeneratedSecret;
import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Keys by which programs make requests. */
class ApiKeyControllerTests extends ServerTests {

	private static final String KEYS = "/api/admin/api-keys";

	@BeforeAll
	static void addUsers() {
		heliograph.user("backend", "'PUBLISHER'").user("boss", "'ADMIN'").user("watcher", "'OPERATOR'").user("plain");
		heliograph.rule("backend", "write", "news/#");
		heliograph.rule("boss", "write", "news/#");
	}

	private static JsonNode add(String owner, String more) {
		return admin.post(KEYS, "{'name':'of %s','owner':'%s',%s}".formatted(owner, owner, more)).expect(201).json();
	}

	private static HttpCalls as(JsonNode added) {
		return heliograph.withKey(added.get("token").asString());
	}

	private static int publish(HttpCalls caller, String topic) {
		return caller.post("/api/publish", "{'topic':'%s','payload':'x'}".formatted(topic)).status();
	}

	@Test
	void areAnsweredOnceAndKeptAsAHash() {
		Answer added = admin
			.post(KEYS,
					"{'name':'ci','owner':'backend','scopes':['publish'],'topics':['news/ci/#'],"
							+ "'expiresAt':'2999-01-01T00:00:00+01:00'}")
			.expect(201);
		String token = added.json().get("token").asString();
		JsonNode key = added.json().get("key");
		long id = key.get("id").asLong();
		assertThat(token).matches("hgk_" + id + "_[0-9A-Za-z]{38}");
		assertThat(added.header("Location")).isEqualTo(KEYS + "/" + id);
		assertThat(added.header("Cache-Control")).contains("no-store");
		assertThat(key.get("owner").asString()).isEqualTo("backend");
		assertThat(key.get("expiresAt").asString()).isEqualTo("2998-12-31T23:00:00Z");
		assertThat(key.get("lastUsedAt").isNull()).isTrue();
		assertThat(key.get("scopes").toString()).isEqualTo("[\"publish\"]");
		assertThat(admin.get(KEYS + "/" + id).expect(200).json()).isEqualTo(key);
		assertThat(admin.get(KEYS + "?limit=1000").expect(200).body()).contains("\"id\":" + id + ",")
			.doesNotContain(token);
	}

	@Test
	void doWhatTheirOwnerMayWithinTheirTopics() {
		HttpCalls all = as(add("backend", "'scopes':['publish']"));
		HttpCalls some = as(add("backend", "'scopes':['publish'],'topics':['news/ci','other/#']"));
		assertThat(publish(all, "news/x")).isEqualTo(202);
		assertThat(publish(all, "other/x")).isEqualTo(403);
		assertThat(publish(some, "news/ci")).isEqualTo(202);
		assertThat(publish(some, "news/x")).isEqualTo(403);
		assertThat(publish(some, "other/x")).as("which its owner may not").isEqualTo(403);
		HttpCalls boss = as(add("boss", "'scopes':['publish']"));
		assertThat(publish(heliograph.as("boss", "boss-secret"), "anything")).isEqualTo(202);
		assertThat(publish(boss, "anything")).as("without a rule").isEqualTo(403);
		assertThat(publish(boss, "news/x")).isEqualTo(202);
	}

	@Test
	void doWhatTheirScopesSay() {
		HttpCalls reader = as(add("boss", "'scopes':['admin:read']"));
		reader.get("/api/admin/users").expect(200);
		assertThat(reader.post("/api/admin/users", "{'name':'x'}").expect(403).body())
			.contains("ask an ADMIN for one with the scope admin:write");
		assertThat(publish(reader, "news/x")).isEqualTo(403);
		HttpCalls writer = as(add("boss", "'scopes':['admin:write']"));
		writer.post("/api/admin/users", "{'name':'by-key'}").expect(201);
		writer.get("/api/admin/users").expect(403);
		JsonNode row = admin.get("/api/admin/audit?target=users/by-key").json().get("items").get(0);
		assertThat(row.get("actor").asString()).isEqualTo("boss");
		assertThat(row.get("apiKey").isNull()).isFalse();
		HttpCalls operator = as(add("watcher", "'scopes':['admin:read','admin:write','publish']"));
		operator.get("/api/admin/users").expect(200);
		assertThat(operator.post("/api/admin/users", "{'name':'x'}").expect(403).body()).contains("the role ADMIN");
		as(add("plain", "'scopes':['admin:read','admin:write','publish']")).get("/api/admin/users").expect(403);
	}

	@Test
	void endAtOnce() {
		JsonNode added = add("backend", "'scopes':['publish']");
		String path = KEYS + "/" + added.get("key").get("id").asLong();
		assertThat(publish(as(added), "news/x")).isEqualTo(202);
		admin.delete(path).expect(204);
		assertThat(publish(as(added), "news/x")).isEqualTo(401);
		admin.get(path).expect(404);
		admin.delete(path).expect(404);
	}

	@Test
	void endWithTheirOwner() {
		heliograph.user("leaving", "'ADMIN'");
		JsonNode added = add("leaving", "'scopes':['admin:read']");
		as(added).get("/api/admin/users").expect(200);
		admin.put("/api/admin/users/leaving", "{'enabled':false}").expect(200);
		as(added).get("/api/admin/users").expect(401);
		admin.put("/api/admin/users/leaving", "{'enabled':true,'role':null}").expect(200);
		as(added).get("/api/admin/users").expect(403);
		admin.put("/api/admin/users/leaving", "{'role':'OPERATOR','password':'other'}").expect(200);
		as(added).get("/api/admin/users").expect(200);
		admin.delete("/api/admin/users/leaving").expect(204);
		as(added).get("/api/admin/users").expect(401);
		admin.get(KEYS + "/" + added.get("key").get("id").asLong()).expect(404);
	}

	@Test
	void haveTwoSecretsWhileOneTakesThePlaceOfTheOther() {
		JsonNode added = add("backend", "'scopes':['publish']");
		String path = KEYS + "/" + added.get("key").get("id").asLong();
		long firstId = added.get("key").get("secrets").get(0).get("id").asLong();
		Answer second = admin.post(path + "/secrets", "").expect(201);
		assertThat(admin.post(path + "/secrets", "").expect(409).body()).contains("has 2 secrets");
		HttpCalls young = heliograph.withKey(second.json().get("token").asString());
		assertThat(publish(as(added), "news/x")).isEqualTo(202);
		assertThat(publish(young, "news/x")).isEqualTo(202);
		admin.delete(path + "/secrets/" + firstId).expect(204);
		assertThat(publish(as(added), "news/x")).isEqualTo(401);
		assertThat(publish(young, "news/x")).isEqualTo(202);
		admin.delete(path + "/secrets/" + second.json().get("id").asLong()).expect(409);
		admin.delete(path + "/secrets/" + firstId).expect(404);
		admin.post(KEYS + "/999999/secrets", "").expect(404);
	}

	@Test
	void expire() {
		Instant soon = Instant.now().plusSeconds(2);
		JsonNode added = add("backend", "'scopes':['publish'],'expiresAt':'" + soon + "'");
		assertThat(publish(as(added), "news/x")).isEqualTo(202);
		await().atMost(Duration.ofSeconds(20)).until(() -> publish(as(added), "news/x") == 401);
		assertThat(Instant.now()).isAfter(soon);
		assertThat(as(added).get("/api/publish").expect(401).body()).contains("This API key has expired");
		heliograph.withKey(added.get("token").asString() + "x").get("/api/publish").expect(401);
		assertThat(admin.get("/api/admin/denials?user=backend&kind=connect").expect(200).json().get("items").values())
			.extracting((row) -> row.get("reason").asString())
			.containsExactlyInAnyOrder("bad-credentials", "key-expired");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "x", "hgk_", "hgk_1_", "hgk_999999999999999999999_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" })
	void areNothingElse(String token) {
		Answer refused = heliograph.withKey(token).get("/api/admin/users").expect(401);
		assertThat(refused.response().headers().allValues("WWW-Authenticate")).hasSize(2);
		heliograph.withKey(GeneratedSecret.apiKey("1")).get("/api/admin/users").expect(401);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"'owner':'backend','scopes':['publish'] | The field 'name' is missing.",
			"'name':'x','scopes':['publish'] | The field 'owner' is missing.",
			"'name':'x','owner':'backend' | The field 'scopes' is missing.",
			"'name':'x','owner':'nobody','scopes':['publish'] | There is no user 'nobody'",
			"'name':'x','owner':'backend','scopes':[] | one or more of publish, admin:read, admin:write",
			"'name':'x','owner':'backend','scopes':[null] | one or more of publish",
			"'name':'x','owner':'backend','scopes':'publish' | 'scopes' is of the wrong type; give a list",
			"'name':'x','owner':'backend','scopes':['publish'],'topics':[] | leave them out for all",
			"'name':'x','owner':'backend','scopes':['root'] | give one of publish, admin:read, admin:write",
			"'name':'x','owner':'backend','scopes':['publish'],'topics':['a#'] | One of the 'topics' is not valid",
			"'name':'x','owner':'backend','scopes':['publish'],'topics':['$share/a/b'] | without $share",
			"'name':'x','owner':'backend','scopes':['publish'],'expiresAt':'2020-01-01T00:00:00Z' | is past",
			"'name':'x','owner':'backend','scopes':['publish'],'expiresAt':'tomorrow' | give a time as",
			"'name':' ','owner':'backend','scopes':['publish'] | The name of a key has 1 to 255 characters",
			"'name':'a\\nb','owner':'backend','scopes':['publish'] | none of them a control character" })
	void areNotMadeFromWhatIsNoKey(String fields, String detail) {
		assertThat(admin.post(KEYS, "{" + fields + "}").expect(422).json().get("detail").asString()).contains(detail);
	}

	@Test
	void areThereAgainAfterARestart(@TempDir Path directory) {
		String token;
		try (Heliograph first = Heliograph.start(directory)) {
			token = first.admin()
				.post(KEYS, "{'name':'x','owner':'admin','scopes':['admin:read'],'topics':['a','b/#']}")
				.expect(201)
				.json()
				.get("token")
				.asString();
			first.withKey(token).get(KEYS).expect(200);
		}
		try (Heliograph second = Heliograph.start(directory)) {
			JsonNode key = second.admin().get(KEYS).expect(200).json().get("items").get(0);
			assertThat(key.get("lastUsedAt").isNull()).as("written at the end").isFalse();
			assertThat(key.get("topics").toString()).isEqualTo("[\"a\",\"b/#\"]");
			second.withKey(token).get(KEYS).expect(200);
		}
	}

}
