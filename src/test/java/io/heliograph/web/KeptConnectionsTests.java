package io.heliograph.web;

import java.util.List;

import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What those who are not logged in can ask for, and read none of it. */
class KeptConnectionsTests extends ServerTests {

	private static final int LONG = 7800;

	private static String request(String line) {
		return line.replace("LONG", "a".repeat(LONG)) + "\r\nHost: 127.0.0.1\r\n\r\n";
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /LONG HTTP/1.1", "GET /actuator/health/LONG HTTP/1.1",
			"PUT /actuator/health/LONG HTTP/1.1", "GET /actuator/health HTTP/1.1", "GET /LONG;a HTTP/1.1",
			"POST /LONG HTTP/1.1\r\nOrigin: http://evil.example", "GET /LONG HTTP/1.1\r\nContent-Encoding: gzip",
			"TRACE /LONG HTTP/1.1", "OPTIONS * HTTP/1.1", "FOO /LONG HTTP/1.1" })
	void getOneSmallAnswerOfEachConnection(String line) {
		try (RawHttp http = new RawHttp(heliograph.httpPort())) {
			String answers = http.send(request(line).repeat(2)).receiveAll();
			assertThat(answers).startsWith("HTTP/1.1 ").containsIgnoringCase("\r\nConnection: close\r\n");
			assertThat(answers.split("HTTP/1.1 ")).hasSize(2);
			assertThat(answers).hasSizeLessThan(1000);
		}
	}

	@Test
	void areNotThoseWhoAreLoggedIn() {
		assertThat(admin.get("/api/admin/users").expect(200).header("Connection")).isEmpty();
		assertThat(admin.get("/actuator/health").expect(200).header("Connection")).isEmpty();
		assertThat(admin.get("/nothing/" + "a".repeat(LONG)).expect(404).body()).hasSizeLessThan(500);
	}

	/** What is published is answered by another thread than the one that read it. */
	@Test
	void areNotBackendsWhoPublishAgain() {
		try (RawHttp http = new RawHttp(heliograph.httpPort())) {
			for (int i = 0; i < 3; i++) {
				http.request("POST /api/publish",
						List.of(RawHttp.admin(), "Content-Type: application/json", "Content-Length: 13"),
						"{\"topic\":\"t\"}");
				assertThat(http.receiveTo("}")).startsWith("HTTP/1.1 202").doesNotContain("Connection: close");
			}
		}
	}

	/** An escape is not cut. */
	@ParameterizedTest
	@ValueSource(ints = { 197, 198, 199, 200 })
	void areToldTheBeginningOfALongPath(int length) {
		String beginning = "/" + "a".repeat(length - 1);
		assertThat(heliograph.anyone().get(beginning + "%C3%A4").expect(401).json().get("instance").asString())
			.startsWith(beginning)
			.matches("/a+(%C3)?")
			.hasSizeLessThanOrEqualTo(200);
	}

}
