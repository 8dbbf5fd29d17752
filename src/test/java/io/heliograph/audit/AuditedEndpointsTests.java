package io.heliograph.audit;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.heliograph.testing.Endpoint;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every endpoint that changes something leaves a row of who did what; what is refused
 * leaves none.
 */
class AuditedEndpointsTests extends ServerTests {

	private static final String HASH = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

	private static final AtomicInteger number = new AtomicInteger();

	private static HttpCalls chief;

	private static HttpCalls key;

	private static String keyId;

	@BeforeAll
	static void addChief() {
		heliograph.user("chief", "'ADMIN'");
		chief = heliograph.as("chief", "chief-secret");
		JsonNode issued = admin.post("/api/admin/api-keys", "{'name':'chief','owner':'chief','scopes':['admin:write']}")
			.expect(201)
			.json();
		keyId = issued.at("/key/id").asString();
		key = heliograph.withKey(issued.get("token").asString());
	}

	/** A change by each endpoint, what its row names, and what it shows. */
	static Stream<Sample> samples() {
		return Stream.of(
				sample("POST /api/admin/users", "{'name':'new-%d','password':'planted-1'}", "user.create",
						"users/{new}", Shows.AFTER, () -> List.of(number.incrementAndGet())),
				sample("POST /api/admin/users", "{'name':'made-%d'}", "user.create", "users/{new}", Shows.AFTER,
						() -> List.of(number.incrementAndGet())),
				sample("POST /api/admin/users", "{'name':'brought-%d','passwordHash':'" + HASH + "'}", "user.create",
						"users/{new}", Shows.AFTER, () -> List.of(number.incrementAndGet())),
				sample("PUT /api/admin/users/{name}", "{'password':'planted-2','enabled':false}", "user.change",
						"users/{name}", Shows.BOTH, AuditedEndpointsTests::user),
				sample("DELETE /api/admin/users/{name}", "", "user.delete", "users/{name}", Shows.BEFORE,
						AuditedEndpointsTests::user),
				sample("POST /api/admin/users/{name}/passwords", "{'password':'planted-3'}", "password.create",
						"users/{name}", Shows.BOTH, AuditedEndpointsTests::user),
				sample("POST /api/admin/users/{name}/passwords", "{}", "password.create", "users/{name}", Shows.BOTH,
						AuditedEndpointsTests::user),
				sample("DELETE /api/admin/users/{name}/passwords/{id}", "", "password.delete", "users/{name}",
						Shows.BOTH, AuditedEndpointsTests::userWithTwoPasswords),
				sample("POST /api/admin/api-keys", "{'name':'new','owner':'chief','scopes':['publish']}",
						"api-key.create", "api-keys/{new}", Shows.AFTER, List::of),
				sample("DELETE /api/admin/api-keys/{id}", "", "api-key.delete", "api-keys/{id}", Shows.BEFORE,
						AuditedEndpointsTests::key),
				sample("POST /api/admin/api-keys/{id}/secrets", "", "api-key-secret.create", "api-keys/{id}",
						Shows.BOTH, AuditedEndpointsTests::key),
				sample("DELETE /api/admin/api-keys/{id}/secrets/{secretId}", "", "api-key-secret.delete",
						"api-keys/{id}", Shows.BOTH, AuditedEndpointsTests::keyWithTwoSecrets),
				sample("PUT /api/admin/acl", "{'rules':[{'scope':'everyone','access':'deny','topic':'a'}]}",
						"acl.replace", "acl", Shows.BOTH, () -> rule().subList(0, 0)),
				sample("POST /api/admin/acl/rules", "{'scope':'everyone','access':'read','topic':'b'}", "rule.create",
						"acl/rules/{new}", Shows.AFTER, List::of),
				sample("PATCH /api/admin/acl/rules/{id}", "{'topic':'c'}", "rule.change", "acl/rules/{id}", Shows.BOTH,
						AuditedEndpointsTests::rule),
				sample("DELETE /api/admin/acl/rules/{id}", "", "rule.delete", "acl/rules/{id}", Shows.BEFORE,
						AuditedEndpointsTests::rule),
				sample("POST /api/admin/bans", "{'clientId':'floods'}", "ban.create", "bans/{new}", Shows.AFTER,
						List::of),
				sample("DELETE /api/admin/bans/{id}", "", "ban.delete", "bans/{id}", Shows.BEFORE,
						AuditedEndpointsTests::ban),
				sample("PUT /api/devices/{id}", "{'owner':'chief'}", "device.assign", "devices/{id}", Shows.BOTH,
						AuditedEndpointsTests::device),
				sample("DELETE /api/devices/{id}", "", "device.delete", "devices/{id}", Shows.BEFORE,
						AuditedEndpointsTests::device));
	}

	/** What changes nothing that is administered. */
	static Stream<Sample> others() {
		return Stream.of(
				// what is published is no change of what is administered
				other("POST /api/publish", "{'topic':'news','payload':'x'}"),
				// asks, with a body since the question does not fit into a query well
				other("POST /api/admin/acl/explain", "{'action':'read','topic':'news'}"));
	}

	private static Sample sample(String endpoint, String body, String action, String target, Shows shows,
			Supplier<List<Object>> variables) {
		return new Sample(Endpoint.of(endpoint), body, action, target, shows, variables);
	}

	private static Sample other(String endpoint, String body) {
		return new Sample(Endpoint.of(endpoint), body, "", "", Shows.NOTHING, List::of);
	}

	private static List<Object> ban() {
		return List.of(admin.post("/api/admin/bans", "{'clientId':'nobody'}").expect(201).json().get("id").asLong());
	}

	private static List<Object> device() {
		String id = "device-" + number.incrementAndGet();
		admin.put("/api/devices/" + id, "{'owner':null}").expect(200);
		return List.of(id);
	}

	private static List<Object> user() {
		String name = "user-" + number.incrementAndGet();
		admin.post("/api/admin/users", "{'name':'" + name + "'}").expect(201);
		return List.of(name);
	}

	private static List<Object> userWithTwoPasswords() {
		Object name = user().get(0);
		JsonNode second = admin.post("/api/admin/users/" + name + "/passwords", "{}").expect(201).json();
		return List.of(name, second.get("id").asLong());
	}

	private static List<Object> key() {
		return List.of(admin.post("/api/admin/api-keys", "{'name':'some','owner':'admin','scopes':['publish']}")
			.expect(201)
			.json()
			.at("/key/id")
			.asLong());
	}

	private static List<Object> keyWithTwoSecrets() {
		Object id = key().get(0);
		JsonNode second = admin.post("/api/admin/api-keys/" + id + "/secrets", "").expect(201).json();
		return List.of(id, second.get("id").asLong());
	}

	private static List<Object> rule() {
		return List.of(heliograph.rule("chief", "read", "r/" + number.incrementAndGet()));
	}

	private static Answer send(HttpCalls who, String method, String path, String body, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder().header("Content-Type", "application/json");
		if (headers.length > 0) {
			request.headers(headers);
		}
		return who.send(path, request.method(method, BodyPublishers.ofString(body.replace('\'', '"'))));
	}

	private static List<JsonNode> rows() {
		return rows(admin);
	}

	/** All but those of who logs in. */
	private static List<JsonNode> rows(HttpCalls who) {
		return who.get("/api/admin/audit?limit=1000")
			.expect(200)
			.json()
			.get("items")
			.values()
			.stream()
			.filter((row) -> !row.get("action").asString().equals("login"))
			.toList();
	}

	private static List<JsonNode> rowsSince(List<JsonNode> before) {
		long last = before.get(0).get("id").asLong();
		return rows().stream().filter((row) -> row.get("id").asLong() > last).toList();
	}

	@Test
	void includesAllThatDoNotOnlyRead() {
		assertThat(Stream.concat(samples(), others()).map(Sample::endpoint).distinct())
			.containsExactlyInAnyOrderElementsOf(
					heliograph.endpoints().stream().filter((endpoint) -> !endpoint.reads()).toList());
	}

	@ParameterizedTest
	@MethodSource("samples")
	void leavesARow(Sample sample) {
		JsonNode row = rowOf(sample, chief);
		assertThat(row.get("apiKey").isNull()).isTrue();
	}

	@ParameterizedTest
	@MethodSource("samples")
	void leavesARowThatNamesTheApiKey(Sample sample) {
		JsonNode row = rowOf(sample, key);
		assertThat(row.get("apiKey").asString()).isEqualTo(keyId);
	}

	private static JsonNode rowOf(Sample sample, HttpCalls who) {
		List<Object> variables = sample.variables.get();
		List<JsonNode> before = rows();
		String body = sample.body.contains("%d") ? sample.body.formatted(variables.toArray()) : sample.body;
		Answer answer = send(who, sample.endpoint.method(), fill(sample.endpoint.path(), variables), body, "If-Match",
				"*");
		assertThat(answer.status()).as("%s: %s", sample, answer.body()).isBetween(200, 299);
		List<JsonNode> rows = rowsSince(before);
		assertThat(rows).hasSize(1);
		JsonNode row = rows.get(0);
		assertThat(row.get("actor").asString()).isEqualTo("chief");
		assertThat(row.get("address").asString()).isEqualTo("127.0.0.1");
		assertThat(row.get("action").asString()).isEqualTo(sample.action);
		String made = answer.header("Location").replaceFirst(".*/", "");
		assertThat(row.get("target").asString())
			.isEqualTo(fill(sample.target.replace("{new}", made.isEmpty() ? "?" : made), variables));
		sample.shows.check(row.get("before"), row.get("after"));
		checkIsWithoutSecrets(row.toString(), answer);
		return row;
	}

	/** The variables stand in the order in which they are filled in. */
	private static String fill(String template, List<Object> variables) {
		String filled = template;
		for (Object variable : variables) {
			filled = filled.replaceFirst("\\{[^}]*}", String.valueOf(variable));
		}
		return filled;
	}

	private static void checkIsWithoutSecrets(String row, Answer answer) {
		assertThat(row).doesNotContain("planted", "$2", "hgp_", "hgk_", "Hash\"", "hash\"");
		if (answer.body().isEmpty()) {
			return;
		}
		for (String field : List.of("password", "token")) {
			JsonNode shown = answer.json().path(field);
			if (shown.isString()) {
				assertThat(row).doesNotContain(shown.asString());
			}
		}
	}

	@ParameterizedTest
	@MethodSource("others")
	void leavesNoneWhereNothingIsAdministered(Sample other) {
		List<JsonNode> before = rows();
		Answer answer = send(chief, other.endpoint.method(), other.endpoint.path(), other.body);
		assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
		assertThat(rowsSince(before)).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "409 | POST | /api/admin/users | {'name':'chief','password':'x'}",
					"409 | DELETE | /api/admin/users/lonely/passwords/{password} | {}",
					"409 | POST | /api/admin/users/double/passwords | {}", "412 | PUT | /api/admin/acl | {'rules':[]}",
					"422 | PUT | /api/admin/acl | {'rules':[{'id':999999}]}",
					"422 | POST | /api/admin/users | {'name':'a/b'}",
					"422 | PUT | /api/admin/users/lonely | {'enabled':null}",
					"422 | POST | /api/admin/acl/rules | {'scope':'user','user':'?','access':'read','topic':'t'}",
					"422 | POST | /api/admin/api-keys | {'name':'x','owner':'?','scopes':['publish']}",
					"404 | DELETE | /api/admin/users/unknown | {}", "400 | POST | /api/admin/users | {" })
	void leavesNoneOfWhatIsRefused(int status, String method, String path, String body) {
		long password = password("lonely");
		password("double");
		admin.post("/api/admin/users/double/passwords", "{}");
		List<JsonNode> before = rows();
		send(chief, method, path.replace("{password}", String.valueOf(password)), body, "If-Match", "\"other\"")
			.expect(status);
		assertThat(rowsSince(before)).isEmpty();
	}

	/** The number of the first password of a user, which is added if it is not there. */
	private static long password(String user) {
		admin.post("/api/admin/users", "{'name':'" + user + "'}");
		return admin.get("/api/admin/users/" + user).expect(200).json().at("/passwords/0/id").asLong();
	}

	@Test
	void leavesNoneOfWhatWouldTakeAwayTheLastAdmin() {
		chief.put("/api/admin/users/admin", "{'role':null}").expect(200);
		try {
			List<JsonNode> before = rows(chief);
			chief.delete("/api/admin/users/chief").expect(409);
			chief.put("/api/admin/users/chief", "{'enabled':false}").expect(409);
			assertThat(rows(chief)).isEqualTo(before);
		}
		finally {
			chief.put("/api/admin/users/admin", "{'role':'ADMIN'}").expect(200);
		}
	}

	/** Which of before and after a row has. */
	enum Shows {

		BEFORE, AFTER, BOTH, NOTHING;

		void check(JsonNode before, JsonNode after) {
			assertThat(before.isNull()).as("nothing before: %s", before).isEqualTo(this == AFTER || this == NOTHING);
			assertThat(after.isNull()).as("nothing after: %s", after).isEqualTo(this == BEFORE || this == NOTHING);
			assertThat(before).isNotEqualTo(after);
		}

	}

	/**
	 * A call.
	 *
	 * @param body may have {@code %d} for the variables
	 * @param target {@code {new}} stands for what the answer says is new
	 * @param variables makes what the change is about, and returns what the path names
	 */
	record Sample(Endpoint endpoint, String body, String action, String target, Shows shows,
			Supplier<List<Object>> variables) {

		@Override
		public String toString() {
			return this.endpoint + " " + this.body;
		}

	}

}
