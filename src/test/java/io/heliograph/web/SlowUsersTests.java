package io.heliograph.web;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.RawHttp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Users who send more bodies slowly than there are threads for requests. */
class SlowUsersTests {

	private static final int THREADS = 24;

	private static final String JSON = "Content-Type: application/json";

	private static final List<String> USERS = List.of("slow-1", "slow-2", "slow-3", "slow-4");

	@TempDir
	private static Path data;

	@AutoClose
	static Heliograph heliograph;

	private final List<RawHttp> slow = new ArrayList<>();

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "server.tomcat.threads.max=" + THREADS,
				"server.tomcat.connection-timeout=60s");
		for (String user : USERS) {
			heliograph.user(user, "'PUBLISHER'");
			// its password is checked now
			heliograph.as(user, user + "-secret").post("/api/publish", "{'topic':'t'}").expect(403);
		}
	}

	@AfterEach
	void hangUp() {
		this.slow.forEach(RawHttp::close);
	}

	private static RawHttp post(String credentials, String header, String body) {
		return new RawHttp(heliograph.httpPort()).request("POST /api/publish", List.of(JSON, credentials, header),
				body);
	}

	private void sendSlowly(String user, int requests, String header, String body) {
		for (int i = 0; i < requests; i++) {
			this.slow.add(post(RawHttp.user(user), header, body));
		}
	}

	/**
	 * Waits until no more of the slow requests wait; returns what the others are told.
	 */
	private List<String> refusals(int waiting) {
		await().until(() -> this.slow.stream().filter((http) -> !http.isAnswered()).count() <= waiting);
		List<String> refusals = this.slow.stream()
			.filter(RawHttp::isAnswered)
			.map((http) -> http.receiveTo("}"))
			.toList();
		assertThat(refusals).hasSize(this.slow.size() - waiting)
			.allSatisfy((answer) -> assertThat(answer).contains("\r\nRetry-After: 5\r\n"));
		return refusals;
	}

	private static void answersOthers() {
		heliograph.anyone().get("/actuator/health").expect(200);
		heliograph.admin().get("/api/admin/users").expect(200);
		try (RawHttp there = post(RawHttp.admin(), "Content-Length: 13", "{\"topic\":\"t\"}");
				RawHttp empty = post(RawHttp.admin(), "Content-Length: 0", "")) {
			assertThat(there.receiveTo("\r\n")).startsWith("HTTP/1.1 202");
			assertThat(empty.receiveTo("\r\n")).startsWith("HTTP/1.1 400");
		}
	}

	/** In chunks, a header that is cut is waited for, too. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "Content-Length: 900000 | {", "Transfer-Encoding: chunked | 5" })
	void takeAQuarterOfTheThreadsEach(String header, String body) {
		sendSlowly("slow-1", THREADS + 6, header, body);
		assertThat(refusals(THREADS / 4)).allSatisfy((answer) -> assertThat(answer).startsWith("HTTP/1.1 429")
			.contains("6 requests of this user wait for their bodies"));
		answersOthers();
		try (RawHttp there = post(RawHttp.user("slow-1"), "Content-Length: 13", "{\"topic\":\"t\"}");
				RawHttp chunks = post(RawHttp.user("slow-1"), "Transfer-Encoding: chunked", "1\r\n{\r\n0\r\n\r\n");
				RawHttp other = post(RawHttp.admin(), "Transfer-Encoding: chunked",
						"d\r\n{\"topic\":\"t\"}\r\n0\r\n\r\n")) {
			assertThat(there.receiveTo("\r\n")).startsWith("HTTP/1.1 403");
			assertThat(chunks.receiveTo("\r\n")).as("what may be waited for").startsWith("HTTP/1.1 429");
			assertThat(other.receiveTo("\r\n")).startsWith("HTTP/1.1 202");
		}
	}

	@Test
	void takeHalfOfTheThreadsTogether() {
		for (String user : USERS) {
			sendSlowly(user, THREADS / 4, "Content-Length: 900000", "{");
		}
		assertThat(refusals(THREADS / 2)).allSatisfy((answer) -> assertThat(answer).startsWith("HTTP/1.1 503")
			.contains("Too many requests wait for their bodies"));
		answersOthers();
	}

	/** Who sends many requests at once has a thread until all are answered. */
	@Test
	void leaveOthersOneAnswerOfAConnectionWhenThreadsAreScarce() {
		await().until(() -> answersOf(3) == 3);
		for (String user : USERS) {
			sendSlowly(user, THREADS / 4, "Content-Length: 900000", "{");
		}
		refusals(THREADS / 2);
		assertThat(answersOf(3)).isEqualTo(1);
		hangUp();
		await().until(() -> answersOf(3) == 3);
	}

	/** How many answers a user gets who sends so many requests in one piece. */
	private static int answersOf(int requests) {
		String request = "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\n" + RawHttp.user("slow-1") + "\r\n";
		try (RawHttp http = new RawHttp(heliograph.httpPort())) {
			http.send((request + "\r\n").repeat(requests - 1) + request + "Connection: close\r\n\r\n");
			return http.receiveAll().split("HTTP/1.1 200").length - 1;
		}
	}

}
