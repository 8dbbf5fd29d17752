package io.heliograph.account;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Users over HTTP. */
@ExtendWith(OutputCaptureExtension.class)
class UserControllerTests extends ServerTests {

	private static final String USERS = "/api/admin/users";

	private static boolean logsIn(String name, String password) {
		return heliograph.as(name, password).get("/nothing").status() != 401;
	}

	@ParameterizedTest
	@ValueSource(strings = { "73519284", "-73519284", "7351928.4", "7351928e4", "[73519284]", "{'73519284':1}",
			"{'a':73519284}", "x73519284", "73519284x", "07351928", "'73519284", "'\\x73519284'" })
	void repeatsNoPasswordThatCannotBeRead(String password, CapturedOutput log) {
		for (Answer answer : List.of(admin.post(USERS, "{'name':'x','password':%s}".formatted(password)),
				admin.put("/api/admin/users/admin", "{'password':%s}".formatted(password)))) {
			assertThat(answer.status()).isIn(400, 422);
			assertThat(answer.json().get("detail").asString()).doesNotContain("7351928");
		}
		assertThat(log.getAll()).doesNotContain("7351928");
	}

	@Test
	void areAddedReadAndDeleted() {
		Answer added = admin.post(USERS, "{'name':'added','password':'p','role':'PUBLISHER'}").expect(201);
		assertThat(added.header("Location")).isEqualTo("/api/admin/users/added");
		assertThat(added.body())
			.startsWith("{\"name\":\"added\",\"enabled\":true,\"role\":\"PUBLISHER\",\"passwords\":[{\"id\":");
		assertThat(admin.get("/api/admin/users/added").expect(200).body()).isEqualTo(added.body());
		assertThat(logsIn("added", "p")).isTrue();
		admin.delete("/api/admin/users/added").expect(204);
		assertThat(logsIn("added", "p")).isFalse();
		assertThat(admin.get("/api/admin/users/added").expect(404).problem()).isEqualTo("not-found");
	}

	@Test
	void haveNoRoleAndAreEnabledUnlessToldOtherwise() {
		assertThat(admin.post(USERS, "{'name':'plain','password':'p'}").expect(201).body())
			.startsWith("{\"name\":\"plain\",\"enabled\":true,\"role\":null,\"passwords\":[{\"id\":");
		assertThat(admin.post(USERS, "{'name':'off','password':'p','enabled':false,'role':null}").expect(201).body())
			.startsWith("{\"name\":\"off\",\"enabled\":false,\"role\":null,\"passwords\":[{\"id\":");
		assertThat(logsIn("off", "p")).isFalse();
	}

	@Test
	void keepWhatAPutLeavesOut() {
		admin.post(USERS, "{'name':'kept','password':'old','role':'OPERATOR'}").expect(201);
		admin.put("/api/admin/users/kept", "{}").expect(200);
		assertThat(admin.put("/api/admin/users/kept", "{'name':'kept','enabled':false}").expect(200).body())
			.startsWith("{\"name\":\"kept\",\"enabled\":false,\"role\":\"OPERATOR\",\"passwords\":[{\"id\":");
		assertThat(logsIn("kept", "old")).isFalse();
		assertThat(admin.put("/api/admin/users/kept", "{'enabled':true}").expect(200).body())
			.startsWith("{\"name\":\"kept\",\"enabled\":true,\"role\":\"OPERATOR\",\"passwords\":[{\"id\":");
		assertThat(logsIn("kept", "old")).isTrue();
		admin.put("/api/admin/users/kept", "{'password':'new'}").expect(200);
		assertThat(logsIn("kept", "old")).isFalse();
		assertThat(logsIn("kept", "new")).isTrue();
		assertThat(admin.put("/api/admin/users/kept", "{'role':null}").expect(200).body())
			.startsWith("{\"name\":\"kept\",\"enabled\":true,\"role\":null,\"passwords\":[{\"id\":");
	}

	@ParameterizedTest
	@ValueSource(strings = { "password", "enabled" })
	void keepWhatAPutSetsToNull(String field) {
		heliograph.user("null-" + field, "'OPERATOR'");
		Answer answer = admin.put("/api/admin/users/null-" + field, "{'role':null,'%s':null}".formatted(field))
			.expect(422);
		assertThat(answer.problem()).isEqualTo("invalid-value");
		assertThat(answer.body()).contains("The field '" + field + "' is null; give a value, or leave it out.");
		assertThat(admin.get("/api/admin/users/null-" + field).body()).contains("OPERATOR");
		assertThat(logsIn("null-" + field, "null-" + field + "-secret")).isTrue();
	}

	@Test
	void areTakenDownWithWhatIsDeletedWithThem() {
		heliograph.user("gone").rule("gone", "read", "of/gone");
		admin.post("/api/admin/api-keys", "{'name':'of gone','owner':'gone','scopes':['publish']}").expect(201);
		admin.delete(USERS + "/gone").expect(204);
		JsonNode before = admin.get("/api/admin/audit?target=users/gone&action=user.delete")
			.expect(200)
			.json()
			.get("items")
			.get(0)
			.get("before");
		assertThat(before.get("name").asString()).isEqualTo("gone");
		assertThat(before.get("rules").get(0).get("topic").asString()).isEqualTo("of/gone");
		assertThat(before.get("rules").get(0).get("user").asString()).isEqualTo("gone");
		assertThat(before.get("apiKeys").get(0).get("name").asString()).isEqualTo("of gone");
	}

	@Test
	void areListedInPages() {
		for (String name : List.of("page-c", "page-a", "page-b")) {
			heliograph.user(name);
		}
		JsonNode first = admin.get(USERS + "?cursor=page-&limit=2").expect(200).json();
		assertThat(first.get("items").values()).extracting((item) -> item.get("name").asString())
			.containsExactly("page-a", "page-b");
		assertThat(first.get("next").asString()).isEqualTo("page-b");
		List<String> all = new ArrayList<>();
		String cursor = "";
		while (cursor != null) {
			JsonNode page = admin.get(USERS + "?limit=1&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8))
				.expect(200)
				.json();
			page.get("items").forEach((item) -> all.add(item.get("name").asString()));
			cursor = page.get("next").asString(null);
		}
		assertThat(all).contains("admin", "page-a", "page-b", "page-c").isSorted().doesNotHaveDuplicates();
		assertThat(admin.get(USERS).expect(200).json().get("items")).hasSameSizeAs(all);
	}

	@ParameterizedTest
	@ValueSource(strings = { "limit=0", "limit=-1", "limit=1001", "limit=many", "limit=99999999999" })
	void areNotListedInPagesOfAnySize(String query) {
		assertThat(admin.get(USERS + "?" + query).body()).contains("limit");
		assertThat(admin.get(USERS + "?" + query).status()).isIn(400, 422);
	}

	@ParameterizedTest
	@ValueSource(strings = { "gläss-𝄞", "a b", " ", "a.b", "...", "a@b", "?", "%u", "a;b", "a%2fb", "$SYS", "\u2028x",
			"a&b=c", "'~!*()[]{}<>|^`,\\\"" })
	void canBeReachedWhateverTheyAreCalled(String name) {
		Answer added = admin.post(USERS, "{'name':'%s','password':'p'}".formatted(name.replace('\'', '´')));
		if (added.status() == 201) {
			String location = URI.create(added.header("Location")).getRawPath();
			assertThat(admin.get(location).expect(200).body()).isEqualTo(added.body());
			admin.put(location, "{'enabled':false}").expect(200);
			admin.delete(location).expect(204);
		}
		else {
			assertThat(added.expect(422).problem()).isEqualTo("invalid-value");
		}
	}

	@Test
	void logInWithAnyCharacters() {
		admin.post(USERS, "{'name':'gläss-𝄞','password':'pä:𝄞'}").expect(201);
		assertThat(logsIn("gläss-𝄞", "pä:𝄞")).isTrue();
		assertThat(logsIn("gläss-𝄞", "pä:")).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a:b", "a/b", "a\\\\b", "a+", "#", "a\\u0000", "a\\nb", "\\u0085", "\\ud834",
			"a\\u2028/b", ".", "..", "a;b", "a%b", "admin ", " admin", "admin\\u2003" })
	void cannotBeCalledJustAnything(String name) {
		Answer answer = admin.post(USERS, "{'name':'%s','password':'p'}".formatted(name)).expect(422);
		assertThat(answer.problem()).isEqualTo("invalid-value");
		assertThat(answer.json().get("detail").asString()).startsWith("A user's name has 1 to 255 characters");
	}

	@Test
	void haveNamesOf255CharactersAtMost() {
		String longest = "n".repeat(255);
		admin.post(USERS, "{'name':'%s','password':'p'}".formatted(longest)).expect(201);
		admin.get("/api/admin/users/" + longest).expect(200);
		admin.post(USERS, "{'name':'%sn','password':'p'}".formatted(longest)).expect(422);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "{} | 422 | The field 'name' is missing.",
			"{'name':'x','password':'p','passwordHash':'$6$'} | 422 | Give 'password' or 'passwordHash', not both.",
			"{'name':'x','passwordHash':'secret'} | 422 | The hash of a password begins with",
			"{'name':'x','passwordHash':7} | 422 | The value of 'passwordHash' is not valid; give a string.",
			"{'name':null,'password':'p'} | 422 | The field 'name' is missing.",
			"{'name':'x','password':''} | 422 | A password is 1 to 72 bytes long",
			"{'name':'x','password':'\\u0000'} | 422 | A password is 1 to 72 bytes long",
			"{'name':'x','password':'\\ud834'} | 422 | A password is 1 to 72 bytes long",
			"{'name':'x','password':'p','rôle':'ADMIN'} | 400 | There is no field 'rôle'. Known are enabled, name, password, passwordHash, role.",
			"{'name':'x','password':'p','role':'ROOT'} | 422 | The value of 'role' is not valid; give one of ADMIN, OPERATOR, PUBLISHER.",
			"{'name':'x','password':'p','role':'admin'} | 422 | give one of ADMIN",
			"{'name':'x','password':'p','role':0} | 422 | 'role'",
			"{'name':'x','password':'p','role':''} | 422 | 'role'", "{'name':'x','password':5} | 422 | 'password'",
			"{'name':'x','password':1.5} | 422 | 'password'", "{'name':true,'password':'p'} | 422 | 'name'",
			"{'name':'x','password':'p','enabled':'true'} | 422 | 'enabled'",
			"{'name':'x','password':'p','enabled':1} | 422 | 'enabled'",
			"{'name':{},'password':'p'} | 422 | 'name' is of the wrong type",
			"{'name':'x','name':'y','password':'p'} | 400 | a field stands twice", "[] | 400 | send one JSON object",
			"5 | 400 | send one JSON object", "{} {} | 400 | send one JSON object",
			"{'name':'x','password':'p'} x | 400 | not valid JSON at line 1",
			"{'name':'x' | 400 | not valid JSON at line 1, column" })
	void areNotAddedFromWhatIsNoUser(String json, int status, String detail) {
		Answer answer = admin.post(USERS, json).expect(status);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.json().get("detail").asString()).contains(detail);
		admin.get("/api/admin/users/x").expect(404);
	}

	@Test
	void haveNoPasswordThatBcryptWouldCut() {
		admin.post(USERS, "{'name':'x','password':'%s'}".formatted("p".repeat(73))).expect(422);
		heliograph.user("long");
		assertThat(admin.put("/api/admin/users/long", "{'password':'%s'}".formatted("ä".repeat(37))).expect(422).body())
			.contains("1 to 72 bytes");
		assertThat(logsIn("long", "long-secret")).isTrue();
	}

	@Test
	void areNotAddedTwice() {
		heliograph.user("twice");
		Answer answer = admin.post(USERS, "{'name':'twice','password':'other','role':'ADMIN'}").expect(409);
		assertThat(answer.problem()).isEqualTo("conflict");
		assertThat(answer.body()).contains("change it with PUT");
		assertThat(logsIn("twice", "twice-secret")).isTrue();
		admin.post(USERS, "{'name':'Twice','password':'p'}").expect(201);
	}

	@Test
	void cannotBeRenamed() {
		heliograph.user("before");
		assertThat(admin.put("/api/admin/users/before", "{'name':'after'}").expect(422).body())
			.contains("a user cannot be renamed");
		admin.get("/api/admin/users/after").expect(404);
	}

	@Test
	void areNotFound() {
		for (Answer answer : List.of(admin.get("/api/admin/users/nobody"), admin.delete("/api/admin/users/nobody"),
				admin.put("/api/admin/users/nobody", "{'enabled':true}"))) {
			assertThat(answer.expect(404).problem()).isEqualTo("not-found");
			assertThat(answer.body()).contains("There is no user 'nobody'; add one with POST /api/admin/users.");
		}
	}

	@Test
	void areNeverShownWithTheirPasswords() {
		heliograph.user("shown");
		assertThat(admin.get(USERS + "/shown").body() + admin.get(USERS).body()).doesNotContain("secret", "$2b",
				"hash");
	}

}
