package io.heliograph.account;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
	private static Socket started(String request, String... headers) throws IOException {
		Socket socket = new Socket("127.0.0.1", heliograph.httpPort());
		socket.setSoTimeout(8000);
		String login = Base64.getEncoder().encodeToString("late:late-secret".getBytes(StandardCharsets.US_ASCII));
		send(socket, """
				%s HTTP/1.1\r
				Host: 127.0.0.1\r
				Authorization: Basic %s\r
				Connection: close\r
				Expect: 100-continue\r
				%s\r
				\r
				""".formatted(request, login, String.join("\r\n", headers)));
		byte[] goOn = socket.getInputStream().readNBytes(CONTINUE.length());
		assertThat(new String(goOn, StandardCharsets.US_ASCII)).isEqualTo(CONTINUE);
		return socket;
	}

	private static void send(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static String answer(Socket socket) throws IOException {
		return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
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
	void changeNothing(String request, String body) throws IOException {
		for (String how : new String[] { "{'role':null}", "delete" }) {
			try (Socket sized = started(request, "Content-Type: application/json", "Content-Length: " + body.length());
					Socket chunked = started(request, "Content-Type: application/json", "Transfer-Encoding: chunked")) {
				revoke(how);
				String before = all();
				String json = body.replace('\'', '"');
				send(sized, json);
				send(chunked, "%x\r\n%s\r\n0\r\n\r\n".formatted(json.length(), json));
				String status = how.equals("{'role':null}") ? "403" : "401";
				assertThat(answer(sized)).as(how).startsWith("HTTP/1.1 " + status);
				assertThat(answer(chunked)).as(how).startsWith("HTTP/1.1 " + status);
				assertThat(all()).isEqualTo(before);
			}
			deleteUser();
			addUser();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'enabled':false}", "{'password':'new'}" })
	void changeNothingOnceTheLoginEnded(String how) throws IOException {
		try (Socket socket = started("PUT /api/admin/users/late", "Content-Type: application/json",
				"Content-Length: 16")) {
			revoke(how);
			String before = all();
			send(socket, "{\"enabled\":true}");
			assertThat(answer(socket)).startsWith("HTTP/1.1 401");
			assertThat(all()).isEqualTo(before);
		}
	}

	@Test
	void areAnsweredAsIfTheyHadComeAfterwards() throws IOException {
		try (Socket first = started("POST /api/admin/users", "Content-Type: application/json", "Content-Length: 2");
				Socket second = started("POST /api/admin/users", "Content-Type: application/json",
						"Content-Length: 2")) {
			revoke("{'role':'OPERATOR'}");
			send(first, "{}");
			assertThat(answer(first)).contains("Content-Type: application/problem+json", "problem:forbidden",
					"ask an ADMIN for the role ADMIN.");
			revoke("delete");
			send(second, "{}");
			assertThat(answer(second)).contains("WWW-Authenticate: Basic realm=\"Heliograph\"",
					"Content-Type: application/problem+json", "problem:unauthenticated");
		}
	}

	@Test
	void areDecidedByTheRoleThatIsLeft() throws IOException {
		try (Socket asPublisher = started("POST /api/publish?topic=t", "Content-Type: text/plain", "Content-Length: 1");
				Socket asOperator = started("POST /api/publish?topic=t", "Content-Type: text/plain",
						"Content-Length: 1")) {
			revoke("{'role':'PUBLISHER'}");
			send(asPublisher, "x");
			assertThat(answer(asPublisher)).startsWith("HTTP/1.1 403").contains("no access rule grants it");
			revoke("{'role':'OPERATOR'}");
			send(asOperator, "x");
			assertThat(answer(asOperator)).startsWith("HTTP/1.1 403").contains("for the role ADMIN or PUBLISHER.");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'enabled':true}", "{'role':'ADMIN'}" })
	void takeEffectWhereNothingWasTaken(String change) throws IOException {
		try (Socket socket = started("PUT /api/admin/users/late", "Content-Type: application/json",
				"Content-Length: 2")) {
			revoke(change);
			send(socket, "{}");
			assertThat(answer(socket)).startsWith("HTTP/1.1 200");
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
