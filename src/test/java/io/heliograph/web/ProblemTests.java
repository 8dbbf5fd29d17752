package io.heliograph.web;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Every failed request is answered with a problem of a stable type. */
class ProblemTests extends ServerTests {

	private static HttpRequest.Builder json(String method, String body) {
		return HttpRequest.newBuilder()
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(body));
	}

	private static void isProblem(Answer answer, int status, String type) {
		assertThat(answer.expect(status).header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.json().get("type").asString()).isEqualTo("urn:heliograph:problem:" + type);
		assertThat(answer.json().get("status").asInt()).isEqualTo(status);
		assertThat(answer.json().get("title").asString()).isNotBlank();
		assertThat(answer.json().get("detail").asString()).isNotBlank();
		assertThat(answer.json().get("instance").asString()).startsWith("/");
		assertThat(answer.body()).doesNotContain("io.heliograph", "Exception", "jackson");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /nothing, 404, not-found", "POST, /nothing, 404, not-found", "GET, /api, 404, not-found",
			"GET, /api/admin/users/, 404, not-found", "GET, /error, 404, not-found",
			"GET, /actuator/health/nix, 404, not-found", "GET, /api/publish, 405, method-not-allowed",
			"PUT, /api/publish, 405, method-not-allowed", "FOO, /api/admin/users, 501, unknown-method",
			"get, /api/admin/users, 501, unknown-method", "PATCH, /api/admin/users, 405, method-not-allowed",
			"DELETE, /api/admin/users, 405, method-not-allowed",
			"GET, /api/admin/users?limit=x, 400, malformed-request",
			"GET, /api/admin/users?limit=0, 422, invalid-value",
			"GET, /api/admin/acl/rules?cursor=x, 400, malformed-request",
			"GET, /api/admin/users?cursor=%FF, 400, malformed-request",
			"GET, /api/admin/users?limit=%FF, 400, malformed-request", "GET, /api/admin//users, 400, malformed-request",
			"POST, /api/admin/users, 400, malformed-request", "PUT, /api/admin/users/admin, 400, malformed-request" })
	void tellsWhatIsWrongWithARequest(String method, String path, int status, String type) {
		isProblem(admin.send(path, json(method, "")), status, type);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"DELETE | /api/admin/acl/rules/abc | The value 'abc' of 'id' is not valid; give a whole number.",
			"GET | /api/admin/users?limit=x | The value 'x' of 'limit' is not valid; give a whole number.",
			"PUT | /api/publish | Use another method here: POST.",
			"POST | /api/admin/users | Send 'Content-Type: application/json'.",
			"POST | /api/publish | The topic is missing; give it in the body with JSON, else in the query: ?topic=t.",
			"GET | /api/admin/users?curser=a | There is no parameter 'curser'. Known are cursor, limit.",
			"GET | /api/admin/users/admin?limit=1 | There is no parameter 'limit'. This takes none in the query.",
			"POST | /api/admin/users?name=a | There is no parameter 'name'. This takes none in the query.",
			"PUT | /api/admin/users/admin?enabled=true | There is no parameter 'enabled'. This takes none in the query.",
			"DELETE | /api/admin/users/admin?force=true | There is no parameter 'force'. This takes none in the query.",
			"POST | /api/admin/acl/rules?scope=user | There is no parameter 'scope'. This takes none in the query.",
			"DELETE | /api/admin/acl/rules/1?dry-run | There is no parameter 'dry-run'. This takes none in the query.",
			"POST | /api/publish?retained=true | There is no parameter 'retained'. Known are qos, retain, topic.",
			"GET | /api/admin/users?limit=1&limit=2 | The parameter 'limit' stands more than once in the query." })
	void saysWhatToDo(String method, String path, String detail) {
		HttpRequest.Builder request = HttpRequest.newBuilder()
			.header("Content-Type", "text/plain")
			.method(method, BodyPublishers.ofString("x"));
		assertThat(admin.send(path, request).json().get("detail").asString()).isEqualTo(detail);
	}

	@Test
	void namesTheMethodsThatThereAre() {
		assertThat(admin.get("/api/publish").header("Allow")).isEqualTo("POST");
		assertThat(admin.delete("/api/admin/users").header("Allow")).contains("GET", "POST");
	}

	@Test
	void refusesAFormatThatItDoesNotHave() {
		isProblem(admin.send("/api/admin/users", HttpRequest.newBuilder().header("Accept", "text/html").GET()), 406,
				"not-acceptable");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "application/xml", "application/x-www-form-urlencoded" })
	void refusesUsersAndRulesThatAreNotJson(String type) {
		for (String path : new String[] { "/api/admin/users", "/api/admin/acl/rules" }) {
			isProblem(
					admin.send(path,
							HttpRequest.newBuilder().header("Content-Type", type).POST(BodyPublishers.ofString("{}"))),
					415, "unsupported-media-type");
		}
	}

	@Test
	void refusesJsonThatIsNestedTooDeeply() {
		String deep = "{\"name\":" + "[".repeat(2000) + "]".repeat(2000) + "}";
		Answer answer = admin.send("/api/admin/users", json("POST", deep));
		assertThat(answer.status()).isIn(400, 422);
		String unknown = "{\"name\":\"x\"," + "\"a\":{".repeat(2000);
		assertThat(admin.send("/api/admin/users", json("POST", unknown)).status()).isEqualTo(400);
	}

	@Test
	void tellsWhoAsksNothingOfWhatThereIs() {
		isProblem(heliograph.anyone().get("/nothing"), 401, "unauthenticated");
		isProblem(heliograph.anyone().get("/error"), 401, "unauthenticated");
		isProblem(heliograph.anyone().get("/api/admin//users"), 400, "malformed-request");
	}

	@Test
	void repeatsOnlyTheBeginningOfWhatWasSent() {
		String body = "{\"" + "x".repeat(5000) + "\":1}";
		assertThat(admin.send("/api/admin/users", json("POST", body)).body()).contains("xxx…").hasSizeLessThan(500);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json;charset=utf-16", "&&&" })
	void isNoAnswerToAnEffectBecauseOfHowItIsAccepted(String accept) {
		HttpRequest.Builder request = HttpRequest.newBuilder()
			.header("Accept", accept)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"topic\":\"t\"}"));
		heliograph.admin().send("/api/publish", request).expect(202);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "{'name':'x','enabled':'no'} | 'enabled' is | ; give true or false.",
					"{'name':'x','enabled':1} | 'enabled' is | ; give true or false.",
					"{'name':'x','enabled':{}} | 'enabled' is | ; give true or false.",
					"{'name':'x','role':'none'} | 'role' is | PUBLISHER. For none of them give null, without quotes." })
	void saysWhatAFieldTakes(String body, String field, String choices) {
		Answer answer = admin.post("/api/admin/users", body).expect(422);
		assertThat(answer.json().get("detail").asString()).contains(field).endsWith(choices);
	}

	@Test
	void offersNullOnlyWhereItIsTaken() {
		Answer answer = admin.post("/api/admin/acl/rules", "{'scope':'none'}").expect(422);
		assertThat(answer.json().get("detail").asString()).contains("'scope' is").doesNotContain("null");
	}

	@Test
	void saysWhichFormatThereIs() {
		HttpRequest.Builder request = HttpRequest.newBuilder().header("Accept", "text/html").GET();
		assertThat(admin.send("/api/admin/users", request).expect(406).json().get("detail").asString())
			.isEqualTo("Accept application/json.");
	}

	@Test
	void allowsHeadWhereItAllowsGet() {
		heliograph.user("operator", "'OPERATOR'").user("device");
		HttpCalls operator = heliograph.as("operator", "operator-secret");
		assertThat(head(operator, "/api/admin/users")).isEqualTo(200);
		assertThat(head(operator, "/api/admin/users?curser=a")).isEqualTo(400);
		assertThat(head(heliograph.as("device", "device-secret"), "/api/admin/users")).isEqualTo(403);
		assertThat(head(heliograph.anyone(), "/api/admin/users")).isEqualTo(401);
	}

	private static int head(HttpCalls who, String path) {
		return who.send(path, HttpRequest.newBuilder().method("HEAD", BodyPublishers.noBody())).status();
	}

	@ParameterizedTest
	@CsvSource({ "gzip, 415", "identity, 202", "IDENTITY, 202" })
	void decodesNoBody(String encoding, int status) {
		HttpRequest.Builder request = json("POST", "{\"topic\":\"t\"}").header("Content-Encoding", encoding);
		Answer answer = admin.send("/api/publish", request).expect(status);
		if (status == 415) {
			assertThat(answer.json().get("detail").asString())
				.isEqualTo("Send the body as it is, without the header Content-Encoding.");
		}
	}

}
