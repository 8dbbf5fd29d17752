package io.heliograph.account;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Access rules over HTTP. */
class AccessRuleControllerTests extends ServerTests {

	private static final String RULES = "/api/admin/acl/rules";

	@BeforeAll
	static void addUser() {
		heliograph.user("glass");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "'scope':'user','user':'glass','access':'read','topic':'glass/#'",
					"'scope':'user','user':'glass','access':'deny','topic':'%u-is-literal/%c'",
					"'scope':'anonymous','user':null,'access':'write','topic':'inbox/+'",
					"'scope':'everyone','user':null,'access':'readwrite','topic':'of/%u/%c/#'",
					"'scope':'everyone','user':null,'access':'read','topic':'$SYS/#'",
					"'scope':'everyone','user':null,'access':'read','topic':'50%/%x'" })
	void areAddedReadAndDeleted(String fields) {
		Answer added = admin.post(RULES, "{" + fields + "}").expect(201);
		long id = added.json().get("id").asLong();
		assertThat(added.header("Location")).isEqualTo(RULES + "/" + id);
		assertThat(added.body()).isEqualTo("{'id':%d,%s}".formatted(id, fields).replace('\'', '"'));
		assertThat(admin.get(RULES + "/" + id).expect(200).body()).isEqualTo(added.body());
		assertThat(admin.get(RULES).expect(200).body()).contains(added.body());
		admin.delete(RULES + "/" + id).expect(204);
		admin.get(RULES + "/" + id).expect(404);
		admin.delete(RULES + "/" + id).expect(404);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"'access':'read','topic':'a' | 422 | The field 'scope' is missing.",
			"'scope':'everyone','topic':'a' | 422 | The field 'access' is missing.",
			"'scope':'everyone','access':'read' | 422 | The field 'topic' is missing.",
			"'scope':'user','access':'read','topic':'a' | 422 | names its 'user'",
			"'scope':'everyone','user':'glass','access':'read','topic':'a' | 422 | must not",
			"'scope':'anonymous','user':'glass','access':'read','topic':'a' | 422 | must not",
			"'scope':'user','user':'nobody','access':'read','topic':'a' | 422 | There is no user 'nobody'; add it first",
			"'scope':'all','access':'read','topic':'a' | 422 | give one of anonymous, user, everyone",
			"'scope':'everyone','access':'all','topic':'a' | 422 | give one of read, write, readwrite, deny",
			"'scope':'EVERYONE','access':'read','topic':'a' | 422 | 'scope'",
			"'scope':'everyone','access':'read','topic':'' | 422 | must not be empty",
			"'scope':'everyone','access':'read','topic':'a#' | 422 | The wildcard # must be the last level",
			"'scope':'everyone','access':'read','topic':'a+' | 422 | The wildcard + must stand alone",
			"'scope':'everyone','access':'read','topic':'a\\u0000' | 422 | U+0000",
			"'scope':'everyone','access':'deny','topic':'$share/group/#' | 422 | write the filter alone, without $share",
			"'scope':'everyone','access':'write','topic':'$SYS/#' | 422 | nobody may write to topics that start with $",
			"'scope':'everyone','access':'read','topic':'dev-%c/x' | 422 | %u and %c stand for a whole level",
			"'scope':'everyone','access':'read','topic':'a/%u%c' | 422 | %u and %c stand for a whole level",
			"'scope':'everyone','access':'read','topic':'a','id':7 | 400 | There is no field 'id'. Known are access, scope, topic, user." })
	void areNotAddedFromWhatIsNoRule(String fields, int status, String detail) {
		Answer answer = admin.post(RULES, "{" + fields + "}").expect(status);
		assertThat(answer.json().get("detail").asString()).contains(detail);
	}

	@Test
	void areListedInPagesByNumber() {
		long first = heliograph.rule("glass", "read", "page/1");
		long second = heliograph.rule("glass", "read", "page/2");
		long third = heliograph.rule("glass", "read", "page/3");
		JsonNode page = admin.get(RULES + "?limit=2&cursor=" + (first - 1)).expect(200).json();
		assertThat(page.get("items").values()).extracting((item) -> item.get("id").asLong())
			.containsExactly(first, second);
		assertThat(page.get("next").asString()).isEqualTo(String.valueOf(second));
		JsonNode last = admin.get(RULES + "?limit=2&cursor=" + second).expect(200).json();
		assertThat(last.get("items").values()).extracting((item) -> item.get("id").asLong()).containsExactly(third);
		assertThat(last.get("next").isNull()).isTrue();
	}

	@Test
	void goWithTheirUser() {
		heliograph.user("gone").user("gone-too");
		long rule = heliograph.rule("gone", "read", "a");
		long other = heliograph.rule("gone-too", "read", "a");
		admin.delete("/api/admin/users/gone").expect(204);
		admin.get(RULES + "/" + rule).expect(404);
		admin.get(RULES + "/" + other).expect(200);
		// who comes later by the same name does not inherit
		heliograph.user("gone");
		assertThat(admin.get(RULES).body()).doesNotContain("\"gone\"");
		assertThat(heliograph.rule("gone", "read", "a")).isGreaterThan(other);
	}

	@Test
	void areNotFound() {
		assertThat(admin.get(RULES + "/999999").expect(404).body())
			.contains("There is no rule 999999; see GET /api/admin/acl/rules.");
		admin.delete(RULES + "/999999").expect(404);
		assertThat(admin.get(RULES + "/first").expect(400).problem()).isEqualTo("malformed-request");
		assertThat(admin.put(RULES + "/1", "{}").expect(405).problem()).isEqualTo("method-not-allowed");
	}

	@Test
	void actAtOnce() {
		heliograph.user("backend", "'PUBLISHER'");
		HttpCalls backend = heliograph.as("backend", "backend-secret");
		String message = "{'topic':'news/today','payload':'x'}";
		backend.post("/api/publish", message).expect(403);
		long rule = heliograph.rule("backend", "write", "news/#");
		backend.post("/api/publish", message).expect(202);
		admin.delete(RULES + "/" + rule).expect(204);
		backend.post("/api/publish", message).expect(403);
	}

}
