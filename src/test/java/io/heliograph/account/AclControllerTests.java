package io.heliograph.account;

import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** All access rules as a whole, and the explanation of what they decide. */
class AclControllerTests extends ServerTests {

	private static final String ACL = "/api/admin/acl";

	private static final String RULES = "/api/admin/acl/rules/";

	private static final Comparator<JsonNode> OLDEST_FIRST = Comparator.comparing((row) -> row.get("id").asLong());

	private static final String EVERYONE_READS = "{'scope':'everyone','access':'read','topic':'%s'}";

	@BeforeAll
	static void addUsers() {
		heliograph.user("glass").user("other");
		heliograph.user("off");
		admin.put("/api/admin/users/off", "{'enabled':false}").expect(200);
	}

	@BeforeEach
	void removeRules() {
		replace("*", "").expect(200);
	}

	private static Answer replace(String ifMatch, String rules) {
		HttpRequest.Builder request = HttpRequest.newBuilder()
			.header("Content-Type", "application/json")
			.PUT(HttpRequest.BodyPublishers.ofString(("{'rules':[" + rules + "]}").replace('\'', '"')));
		if (ifMatch != null) {
			request.header("If-Match", ifMatch);
		}
		return admin.send(ACL, request);
	}

	private static List<String> topics(Answer answer) {
		return topics(answer.json().get("rules"));
	}

	private static List<String> topics(JsonNode rules) {
		return rules.values().stream().map((rule) -> rule.get("topic").asString()).toList();
	}

	private static Answer patch(long id, String fields) {
		return admin.send(RULES + id,
				HttpRequest.newBuilder()
					.header("Content-Type", "application/json")
					.method("PATCH", HttpRequest.BodyPublishers.ofString(fields.replace('\'', '"'))));
	}

	/** A row of the audit log is 1 MiB at most; what they need is told in several. */
	@Test
	void areTakenDownInWholeHoweverMany() {
		List<String> topics = IntStream.range(0, 900).mapToObj((number) -> "ü".repeat(400) + number).toList();
		replace("*", topics.stream().map(EVERYONE_READS::formatted).collect(Collectors.joining(","))).expect(200);
		replace("*", "").expect(200);
		List<JsonNode> rows = new ArrayList<>();
		for (String cursor = ""; rows.size() < 6;) {
			JsonNode page = admin.get("/api/admin/audit?action=acl.replace&limit=" + (6 - rows.size()) + cursor)
				.expect(200)
				.json();
			rows.addAll(page.get("items").values());
			cursor = "&cursor=" + page.get("next").asString();
		}
		rows.sort(OLDEST_FIRST);
		assertThat(rows).flatExtracting((row) -> topics(row.get("after"))).isEqualTo(topics);
		assertThat(rows).flatExtracting((row) -> topics(row.get("before"))).isEqualTo(topics);
	}

	@Test
	void areReplacedAsAWhole() {
		long kept = heliograph.rule("glass", "read", "kept");
		long changed = heliograph.rule("glass", "read", "changed/before");
		long removed = heliograph.rule("glass", "read", "removed");
		Answer before = admin.get(ACL).expect(200);
		Answer after = replace(before.header("ETag"),
				("{'id':%d,'scope':'user','user':'glass','access':'read','topic':'kept'},"
						+ "{'id':%d,'scope':'anonymous','access':'deny','topic':'changed/after'},")
					.formatted(kept, changed) + EVERYONE_READS.formatted("new"))
			.expect(200);
		assertThat(topics(after)).containsExactly("kept", "changed/after", "new");
		assertThat(after.header("ETag")).isNotEqualTo(before.header("ETag"));
		assertThat(admin.get(ACL).body()).isEqualTo(after.body());
		assertThat(admin.get(ACL).header("ETag")).isEqualTo(after.header("ETag"));
		assertThat(admin.get(RULES + changed).expect(200).json().get("scope").asString()).isEqualTo("anonymous");
		admin.get(RULES + removed).expect(404);
		assertThat(after.json().get("rules").get(2).get("id").asLong()).isGreaterThan(removed);
	}

	@Test
	void haveTheSameTagWhileNothingChanges() {
		heliograph.rule("glass", "read", "a");
		String tag = admin.get(ACL).header("ETag");
		assertThat(tag).matches("\"[0-9a-f]{32}\"");
		assertThat(admin.get(ACL).header("ETag")).isEqualTo(tag);
		admin.send(ACL, HttpRequest.newBuilder().GET().header("If-None-Match", tag)).expect(304);
		long rule = heliograph.rule("glass", "read", "b");
		assertThat(admin.get(ACL).header("ETag")).isNotEqualTo(tag);
		admin.delete(RULES + rule).expect(204);
		assertThat(admin.get(ACL).header("ETag")).isEqualTo(tag);
	}

	@Test
	void areNotReplacedByWhoHasNotSeenThem() {
		assertThat(replace(null, "").expect(428).problem()).isEqualTo("precondition-required");
		String tag = admin.get(ACL).header("ETag");
		long rule = heliograph.rule("glass", "read", "a");
		for (String stale : List.of(tag, "\"other\"", "W/" + admin.get(ACL).header("ETag"), "\"a\", \"b\"")) {
			assertThat(replace(stale, "").expect(412).problem()).isEqualTo("precondition-failed");
		}
		for (String malformed : List.of("", "a", "\"a", "\"a\" \"b\"")) {
			assertThat(replace(malformed, "").expect(400).body()).contains("If-Match");
		}
		admin.get(RULES + rule).expect(200);
		replace("\"other\", " + admin.get(ACL).header("ETag"), "").expect(200);
		admin.get(RULES + rule).expect(404);
	}

	@Test
	void areReplacedByOneOfTwoWhoHaveSeenTheSame() {
		String tag = admin.get(ACL).header("ETag");
		List<CompletableFuture<Answer>> answers = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			String rule = EVERYONE_READS.formatted("of/" + i);
			answers.add(CompletableFuture.supplyAsync(() -> replace(tag, rule)));
		}
		assertThat(answers.stream().map(CompletableFuture::join).map(Answer::status)).containsOnly(200, 412)
			.containsOnlyOnce(200);
		assertThat(topics(admin.get(ACL))).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"{'scope':'everyone','access':'read','topic':'a#'} | In rules[1]: The field 'topic' is not valid",
			"{'scope':'user','user':'nobody','access':'read','topic':'a'} | In rules[1]: There is no user 'nobody'",
			"{'id':999999,'scope':'everyone','access':'read','topic':'a'} | There is no rule of the 'id' 999999",
			"{'id':0,'scope':'everyone','access':'read','topic':'a'} | There is no rule of the 'id' 0",
			"null | One of the 'rules' is null" })
	void areAllAsBeforeIfOneIsWrong(String wrong, String detail) {
		long rule = heliograph.rule("glass", "read", "a");
		String body = admin.get(ACL).body();
		assertThat(
				replace("*", EVERYONE_READS.formatted("x") + "," + wrong).expect(422).json().get("detail").asString())
			.contains(detail);
		String twice = "{'id':%d,'scope':'everyone','access':'read','topic':'b'}".formatted(rule);
		assertThat(replace("*", twice + "," + twice).expect(422).body()).contains("have the same 'id'");
		assertThat(admin.get(ACL).body()).isEqualTo(body);
	}

	@Test
	void areChangedInPart() {
		long rule = heliograph.rule("glass", "read", "a/%c");
		assertThat(patch(rule, "{'access':'write'}").expect(200).body())
			.isEqualTo("{'id':%d,'scope':'user','user':'glass','access':'write','topic':'a/%%c'}".formatted(rule)
				.replace('\'', '"'));
		assertThat(patch(rule, "{'user':'other','topic':'b'}").expect(200).json().get("user").asString())
			.isEqualTo("other");
		assertThat(patch(rule, "{'scope':'everyone'}").expect(200).json().get("user").isNull()).isTrue();
		assertThat(patch(rule, "{}").expect(200).body()).isEqualTo(admin.get(RULES + rule).body());
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'user':'nobody'}", "{'topic':'a+'}", "{'scope':'everyone','user':'glass'}",
			"{'access':'write','topic':'$SYS/x'}", "{'scope':'everyone','topic':'x%c'}", "{'access':'all'}" })
	void areNotChangedIntoWhatIsNoRule(String fields) {
		long rule = heliograph.rule("glass", "read", "a");
		String before = admin.get(RULES + rule).body();
		patch(rule, fields).expect(422);
		assertThat(admin.get(RULES + rule).body()).isEqualTo(before);
		patch(999_999, "{}").expect(404);
		long everyones = admin.post("/api/admin/acl/rules", EVERYONE_READS.formatted("a")).json().get("id").asLong();
		assertThat(patch(everyones, "{'scope':'user'}").expect(422).body()).contains("names its 'user'");
	}

	private static JsonNode explain(String user, String client, String action, String topic) {
		return admin
			.post(ACL + "/explain",
					"{'user':%s,'clientId':%s,'action':'%s','topic':'%s'}".formatted(user, client, action, topic))
			.expect(200)
			.json();
	}

	@Test
	void areExplained() {
		long deny = heliograph.rule("glass", "deny", "glass/secret");
		long grant = heliograph.rule("glass", "read", "glass/#");
		JsonNode denied = explain("'glass'", "'g1'", "read", "glass/secret");
		assertThat(denied.get("allowed").asBoolean()).isFalse();
		assertThat(denied.get("rule").get("id").asLong()).isEqualTo(deny);
		assertThat(denied.get("rules").size()).isOne();
		assertThat(denied.get("hint").asString()).contains("Without rule " + deny + ", rule " + grant);
		JsonNode allowed = explain("'glass'", "'g1'", "read", "glass/1");
		assertThat(allowed.get("allowed").asBoolean()).isTrue();
		assertThat(allowed.get("rule").get("id").asLong()).isEqualTo(grant);
		assertThat(allowed.get("rules").values()).extracting((rule) -> rule.get("matches").asBoolean())
			.containsExactly(false, true);
		assertThat(allowed.get("hint").isNull()).isTrue();
		JsonNode subscription = explain("'glass'", "'g1'", "subscribe", "$share/group/glass/+");
		assertThat(subscription.get("allowed").asBoolean()).isTrue();
		JsonNode none = explain("null", "'g1'", "subscribe", "glass/+");
		assertThat(none.get("allowed").asBoolean()).isFalse();
		JsonNode disabled = explain("'off'", "null", "read", "glass/1");
		assertThat(disabled.get("because").asString()).isEqualTo("The user is disabled.");
	}

	/** Without a client id it is asked over HTTP, where a role counts, too. */
	@Test
	void areExplainedAsTheyAreDecidedOverHttp() {
		heliograph.rule("glass", "write", "glass/#");
		JsonNode admins = explain("'admin'", "null", "write", "anything");
		assertThat(admins.get("allowed").asBoolean()).isTrue();
		assertThat(admins.get("because").asString()).contains("an ADMIN publishes to every topic");
		assertThat(explain("'admin'", "'a'", "write", "anything").get("allowed").asBoolean()).isFalse();
		JsonNode role = explain("'glass'", "null", "write", "glass/1");
		assertThat(role.get("allowed").asBoolean()).isFalse();
		assertThat(role.get("because").asString()).contains("its role does not publish");
		assertThat(explain("'glass'", "'g'", "write", "glass/1").get("allowed").asBoolean()).isTrue();
	}

	@Test
	void areExplainedForWhoIsBanned() {
		heliograph.rule("glass", "readwrite", "t");
		JsonNode ban = admin.post("/api/admin/bans", "{'user':'glass'}").expect(201).json();
		for (String action : List.of("read", "write", "subscribe")) {
			JsonNode banned = explain("'glass'", "'g'", action, "t");
			assertThat(banned.get("allowed").asBoolean()).isFalse();
			assertThat(banned.get("because").asString()).contains("banned");
			assertThat(banned.get("hint").isNull()).isTrue();
		}
		admin.delete("/api/admin/bans/" + ban.get("id").asLong()).expect(204);
		assertThat(explain("'glass'", "'g'", "read", "t").get("allowed").asBoolean()).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "'action':'read' | The field 'topic' is missing.", "'topic':'a' | The field 'action' is missing.",
					"'action':'look','topic':'a' | give one of read, write, subscribe",
					"'action':'read','topic':'a/#' | ask with the action 'subscribe' about a filter",
					"'action':'subscribe','topic':'a#' | The wildcard # must be",
					"'action':'read','topic':'a','user':'nobody' | There is no user 'nobody'",
					"'action':'read','topic':'a','clientId':'\\u0000' | U+0000" })
	void areNotExplainedForWhatIsNoQuestion(String fields, String detail) {
		assertThat(admin.post(ACL + "/explain", "{" + fields + "}").expect(422).json().get("detail").asString())
			.contains(detail);
	}

}
