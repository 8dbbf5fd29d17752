package io.heliograph.audit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** The audit log over HTTP. */
class AuditControllerTests extends ServerTests {

	private static final String AUDIT = "/api/admin/audit";

	/** What is appended here has a target of its own, beside what the server appends. */
	@BeforeAll
	static void appendRows() {
		heliograph.user("operator", "'OPERATOR'").user("backend", "'PUBLISHER'");
		AuditLog log = heliograph.audit();
		log.append(new AuditEvent("glass", "key-7", "::1", "test.first", "tests/1", null, Map.of("a", 1)));
		log.append(new AuditEvent(AuditEvent.SERVER, null, null, "test.second", "tests/2", Map.of("a", "ß\n"), null));
		log.append(new AuditEvent("glass", null, "10.0.0.1", "test.third", "tests/3", null, null));
	}

	private static JsonNode list(HttpCalls caller, String query) {
		return caller.get(AUDIT + "?target=tests" + query).expect(200).json();
	}

	@Test
	void isListedTheNewestFirst() {
		JsonNode page = list(admin, "");
		assertThat(page.get("next").isNull()).isTrue();
		assertThat(page.get("items").values()).extracting((item) -> item.get("target").asString())
			.containsExactly("tests/3", "tests/2", "tests/1");
		JsonNode first = page.get("items").get(2);
		String at = first.get("at").asString();
		assertThat(at).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z");
		assertThat(first).hasToString("""
				{"id":%d,"at":"%s","actor":"glass","apiKey":"key-7","address":"::1","action":"test.first",\
				"target":"tests/1","before":null,"after":{"a":1}}""".formatted(first.get("id").asLong(), at));
		JsonNode second = page.get("items").get(1);
		assertThat(second.get("id").asLong()).isGreaterThan(first.get("id").asLong());
		assertThat(second).hasToString("""
				{"id":%d,"at":"%s","actor":":server","apiKey":null,"address":null,"action":"test.second",\
				"target":"tests/2","before":{"a":"ß\\n"},"after":null}""".formatted(second.get("id").asLong(),
				second.get("at").asString()));
	}

	@Test
	void isListedInPages() {
		JsonNode page = list(admin, "&limit=2");
		assertThat(page.get("items").values()).extracting((item) -> item.get("target").asString())
			.containsExactly("tests/3", "tests/2");
		JsonNode next = list(admin, "&limit=2&cursor=" + page.get("next").asString());
		assertThat(next.get("items").values()).extracting((item) -> item.get("target").asString())
			.containsExactly("tests/1");
	}

	@Test
	void isFiltered() {
		String at = list(admin, "&action=test.second").get("items").get(0).get("at").asString();
		assertThat(list(admin, "&actor=glass").get("items")).hasSize(2);
		assertThat(list(admin, "&actor=glass&action=test.third").get("items")).hasSize(1);
		assertThat(list(admin, "&to=" + at + "&action=test.second").get("items")).isEmpty();
		assertThat(list(admin, "&from=" + at + "&action=test.second").get("items")).hasSize(1);
		assertThat(list(admin, "&from=2020-01-01T00:00:00.5%2B01:00&to=2020-01-02T00:00:00-01:00").get("items"))
			.isEmpty();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|',
			value = { "limit=0 | 422 | give 1 to 1000", "limit=1001 | 422 | give 1 to 1000",
					"limit=x | 400 | give a whole number", "cursor=7 | 422 | give the 'next' of a page",
					"cursor=-1-0 | 422 | give the 'next' of a page",
					"cursor=1-1234567890123456789 | 422 | give the 'next' of a page",
					"cursor= | 422 | give the 'next' of a page",
					"from=yesterday | 422 | 'from' is 'yesterday'; give a time as 2026-11-24T12:00:00Z",
					"to=2026-11-24 | 422 | 'to' is '2026-11-24'; give a time",
					"to=2026-11-24T12:00:00+01:00 | 422 | escaped as %2B",
					"user=admin | 400 | Known are action, actor, cursor, from, limit, target, to.",
					"actor=a&actor=b | 422 | stands more than once" })
	void isNotListedByWhatIsNoFilter(String query, int status, String detail) {
		Answer answer = admin.get(AUDIT + "?" + query).expect(status);
		assertThat(answer.json().get("detail").asString()).contains(detail);
	}

	/** An offset that is none of a page shows less, but fails nothing. */
	@Test
	void isReadFromAnywhere() {
		for (int offset = 0; offset < 300; offset++) {
			assertThat(list(admin, "&cursor=1-" + offset).get("items").size()).isLessThanOrEqualTo(3);
		}
		assertThat(list(admin, "&cursor=1-999999999999999999").get("items")).hasSize(3);
		assertThat(list(admin, "&cursor=0-0").get("items")).isEmpty();
	}

	@Test
	void isForAdminsAndOperators() {
		assertThat(list(heliograph.as("operator", "operator-secret"), "").get("items")).hasSize(3);
		heliograph.as("backend", "backend-secret").get(AUDIT).expect(403);
		heliograph.anyone().get(AUDIT).expect(401);
		admin.delete(AUDIT).expect(405);
	}

	@Test
	void isInTheDataDirectory() throws Exception {
		Path file = data.resolve("audit").resolve("audit-0000000001.jsonl");
		assertThat(Files.readAllLines(file)).anySatisfy((line) -> assertThat(line).contains("\"target\":\"tests/1\""));
	}

}
