package io.heliograph.account;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** Requests whose user is revoked while their body is on its way. */
class LateBodyTests extends ServerTests {

	private static final String CONTINUE = "HTTP/1.1 100 \r\n\r\n";

	private static final String LATE = "/api/admin/users/late";

	@BeforeEach
	void addUser() {
		heliograph.user("late", "'ADMIN'");
	}

	@AfterEach
	void deleteUser() {
		if (admin.get(LATE).status() == 200) {
			admin.delete(LATE).expect(204);
		}
	}

	/**
	 * A request of which the server reads the body, and has read none so far: it says so
	 * when it does.
	 */
	private static RawHttp started(String request, String... headers) {
		return startedBy(RawHttp.user("late"), request, headers);
	}

	private static RawHttp startedBy(String login, String request, String... headers) {
		List<String> lines = new ArrayList<>(List.of(login, "Connection: close", "Expect: 100-continue"));
		lines.addAll(List.of(headers));
		RawHttp http = new RawHttp(heliograph.httpPort()).patience(Duration.ofSeconds(8)).request(request, lines, "");
		assertThat(http.receiveTo("\r\n\r\n")).isEqualTo(CONTINUE);
		return http;
	}

	private static void revoke(String how) {
		if (how.equals("delete")) {
			admin.delete(LATE).expect(204);
		}
		else {
			admin.put(LATE, how).expect(200);
		}
	}

	private static String all() {
		return admin.get("/api/admin/users").body() + admin.get("/api/admin/acl/rules").body();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "PUT /api/admin/users/late | {'role':'ADMIN','enabled':true,'password':'late-secret'}",
					"PUT /api/admin/users/admin | {'role':null}",
					"POST /api/admin/users | {'name':'other','password':'p','role':'ADMIN'}",
					"POST /api/admin/acl/rules | {'scope':'everyone','access':'readwrite','topic':'#'}",
					"POST /api/publish | {'topic':'t'}" })
	void changeNothing(String request, String body) {
		for (String how : new String[] { "{'role':null}", "delete" }) {
			try (RawHttp sized = started(request, "Content-Type: application/json", "Content-Length: " + body.length());
					RawHttp chunked = started(request, "Content-Type: application/json",
							"Transfer-Encoding: chunked")) {
				revoke(how);
				String before = all();
				String json = body.replace('\'', '"');
				sized.send(json);
				chunked.send("%x\r\n%s\r\n0\r\n\r\n".formatted(json.length(), json));
				String status = how.equals("{'role':null}") ? "403" : "401";
				assertThat(sized.receiveAll()).as(how).startsWith("HTTP/1.1 " + status);
				assertThat(chunked.receiveAll()).as(how).startsWith("HTTP/1.1 " + status);
				assertThat(all()).isEqualTo(before);
			}
			deleteUser();
			addUser();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'enabled':false}", "{'password':'new'}" })
	void changeNothingOnceTheLoginEnded(String how) {
		try (RawHttp socket = started("PUT /api/admin/users/late", "Content-Type: application/json",
				"Content-Length: 16")) {
			revoke(how);
			String before = all();
			socket.send("{\"enabled\":true}");
			assertThat(socket.receiveAll()).startsWith("HTTP/1.1 401");
			assertThat(all()).isEqualTo(before);
		}
	}

	@Test
	void changeNothingOnceTheKeyIsRevokedOrItsOwnerBanned() {
		JsonNode key = admin.post("/api/admin/api-keys", "{'name':'k','owner':'late','scopes':['admin:write']}")
			.expect(201)
			.json();
		String login = "Authorization: Bearer " + key.get("token").asString();
		String[] headers = { "Content-Type: application/json", "Content-Length: 18" };
		try (RawHttp whileBanned = startedBy(login, "PUT /api/admin/users/late", headers);
				RawHttp whenRevoked = startedBy(login, "PUT /api/admin/users/late", headers)) {
			String before = all();
			JsonNode ban = admin.post("/api/admin/bans", "{'user':'late'}").expect(201).json();
			whileBanned.send("{\"enabled\":false }");
			assertThat(whileBanned.receiveAll()).startsWith("HTTP/1.1 403").contains("is banned");
			admin.delete("/api/admin/bans/" + ban.get("id").asLong()).expect(204);
			admin.delete("/api/admin/api-keys/" + key.get("key").get("id").asLong()).expect(204);
			whenRevoked.send("{\"enabled\":false }");
			assertThat(whenRevoked.receiveAll()).startsWith("HTTP/1.1 401");
			assertThat(all()).isEqualTo(before);
		}
	}

	@Test
	void areAnsweredAsIfTheyHadComeAfterwards() {
		try (RawHttp first = started("POST /api/admin/users", "Content-Type: application/json", "Content-Length: 2");
				RawHttp second = started("POST /api/admin/users", "Content-Type: application/json",
						"Content-Length: 2")) {
			revoke("{'role':'OPERATOR'}");
			first.send("{}");
			assertThat(first.receiveAll()).contains("Content-Type: application/problem+json", "problem:forbidden",
					"ask an ADMIN for the role ADMIN.");
			revoke("delete");
			second.send("{}");
			assertThat(second.receiveAll()).contains("WWW-Authenticate: Basic realm=\"Heliograph\"",
					"Content-Type: application/problem+json", "problem:unauthenticated");
		}
		assertThat(admin.get("/api/admin/denials?user=late&limit=2").expect(200).json().get("items").values())
			.extracting((row) -> row.get("kind").asString() + " " + row.get("reason").asString())
			.containsExactly("connect login-ended", "request role");
	}

	@Test
	void areDecidedByTheRoleThatIsLeft() {
		try (RawHttp asPublisher = started("POST /api/publish?topic=t", "Content-Type: text/plain",
				"Content-Length: 1");
				RawHttp asOperator = started("POST /api/publish?topic=t", "Content-Type: text/plain",
						"Content-Length: 1")) {
			revoke("{'role':'PUBLISHER'}");
			asPublisher.send("x");
			assertThat(asPublisher.receiveAll()).startsWith("HTTP/1.1 403").contains("no access rule grants it");
			revoke("{'role':'OPERATOR'}");
			asOperator.send("x");
			assertThat(asOperator.receiveAll()).startsWith("HTTP/1.1 403").contains("for the role ADMIN or PUBLISHER.");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'enabled':true}", "{'role':'ADMIN'}" })
	void takeEffectWhereNothingWasTaken(String change) {
		try (RawHttp socket = started("PUT /api/admin/users/late", "Content-Type: application/json",
				"Content-Length: 2")) {
			revoke(change);
			socket.send("{}");
			assertThat(socket.receiveAll()).startsWith("HTTP/1.1 200");
		}
	}

	/**
	 * Both have their bodies at once, and hash a password before they change anything.
	 */
	@Test
	void areNotFollowedByTwoAdminsWhoDemoteEachOther() {
		heliograph.user("rival", "'ADMIN'");
		for (int round = 0; round < 5; round++) {
			HttpCalls late = heliograph.as("late", "late-secret");
			HttpCalls rival = heliograph.as("rival", "rival-secret");
			// from here on the passwords are known, so that the two below come together
			late.get(LATE).expect(200);
			rival.get(LATE).expect(200);
			assertThat(LastAdminTests.both(() -> late.put("/api/admin/users/rival", "{'role':null,'password':'taken'}"),
					() -> rival.put(LATE, "{'role':null,'password':'taken'}")))
				.extracting(HttpCalls.Answer::status)
				.containsExactlyInAnyOrder(200, 401);
			admin.put("/api/admin/users/rival", "{'role':'ADMIN','password':'rival-secret'}").expect(200);
			admin.put(LATE, "{'role':'ADMIN','password':'late-secret'}").expect(200);
		}
		admin.delete("/api/admin/users/rival").expect(204);
	}

}
