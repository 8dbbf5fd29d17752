package io.heliograph.web;

import java.nio.file.Path;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a page whose name was made to lead to loopback finds there: nothing. */
class HostCheckTests extends ServerTests {

	private static final String REFUSED = "HTTP/1.1 421 ";

	private static String answer(Heliograph server, String text) {
		try (RawHttp connection = new RawHttp(server.httpPort())) {
			return connection.send(text.replace("PORT", String.valueOf(server.httpPort()))).receiveAll();
		}
	}

	/** Each line of the request ends with |. */
	private static String answer(String lines) {
		return answer(heliograph, lines.replace("|", "\r\n") + "\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "LOCALHOST:PORT", "localhost.", "127.0.0.1:PORT", "127.9.9.9", "[::1]:PORT",
			"localhost:1" })
	void isTakenByTheNamesOfLoopback(String host) {
		assertThat(answer("GET /actuator/health HTTP/1.1|Host: " + host + "|")).startsWith("HTTP/1.1 200 ");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /actuator/health", "HEAD, /actuator/health", "GET, /api/admin/users", "GET, /nothing",
			"GET, /error", "POST, /api/publish", "POST, /error", "OPTIONS, /api/publish", "GET, /api/admin//users" })
	void isRefusedByOthersWhateverIsAskedFor(String method, String path) {
		assertThat(answer(method + " " + path + " HTTP/1.1|Host: evil.example:PORT|")).startsWith(REFUSED)
			.doesNotContain("WWW-Authenticate");
	}

	@Test
	void isRefusedWithAReason() {
		assertThat(answer("GET / HTTP/1.1|Host: Evil.example:8080|" + RawHttp.admin() + "|"))
			.contains("Content-Type: application/problem+json", "\"type\":\"urn:heliograph:problem:misdirected\"",
					"\"status\":421")
			.contains("The host 'Evil.example:8080' is not served here; ask for localhost or 127.0.0.1, "
					+ "or add the name to heliograph.http.allowed-hosts.");
	}

	@Test
	void isRefusedBeforeABodyIsRead() {
		try (RawHttp connection = new RawHttp(heliograph.httpPort())) {
			connection.send("POST /api/publish HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 999999999\r\n\r\n");
			assertThat(connection.receiveTo("\r\n")).startsWith(REFUSED);
		}
	}

	/** The host of the first line is that of the request, whatever the header says. */
	@ParameterizedTest
	@ValueSource(strings = { "GET http://evil.example/actuator/health HTTP/1.1|Host: evil.example|",
			"GET http://evil.example/actuator/health HTTP/1.1|Host: localhost|",
			"GET http://localhost/actuator/health HTTP/1.1|Host: evil.example|",
			"GET http://evil.example/actuator/health HTTP/1.0|",
			"GET http://evil.example/actuator/health HTTP/1.0|Host: localhost|",
			"GET http://x@localhost/actuator/health HTTP/1.1|Host: evil.example|",
			"GET /actuator/health HTTP/1.1|Host: localhost|Host: evil.example|",
			"GET /actuator/health HTTP/1.1|Host: evil.example|Host: localhost|",
			"GET /actuator/health HTTP/1.1|Host: localhost, evil.example|", "GET /actuator/health HTTP/1.1|Host:|",
			"GET /actuator/health HTTP/1.1|", "GET /actuator/health HTTP/1.0|Host: evil.example|" })
	void isNotGotRoundByTwoHosts(String request) {
		assertThat(answer(request)).as(request).matches("(?s)HTTP/1\\.1 4(00|21) .*").doesNotContain("\"UP\"");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET http://localhost/actuator/health HTTP/1.1|Host: localhost|",
			"GET /actuator/health HTTP/1.0|" })
	void isTakenInOtherForms(String request) {
		assertThat(answer(request)).startsWith("HTTP/1.1 200 ");
	}

	@Test
	void isTakenByTheNamesOfASetting(@TempDir Path other) {
		try (Heliograph server = Heliograph.start(other, "heliograph.http.allowed-hosts=push.example.com")) {
			assertThat(health(server, "push.example.com")).startsWith("HTTP/1.1 200 ");
			assertThat(health(server, "localhost")).startsWith("HTTP/1.1 200 ");
			assertThat(health(server, "evil.example")).startsWith(REFUSED);
		}
	}

	@Test
	void isTakenByAnyNameAtAnotherAddressUnlessThereIsASetting(@TempDir Path other) {
		try (Heliograph server = Heliograph.start(other, "server.address=0.0.0.0")) {
			assertThat(health(server, "any.example")).startsWith("HTTP/1.1 200 ");
		}
		try (Heliograph server = Heliograph.start(other, "server.address=0.0.0.0",
				"heliograph.http.allowed-hosts=push.example.com")) {
			assertThat(health(server, "push.example.com")).startsWith("HTTP/1.1 200 ");
			assertThat(health(server, "evil.example")).startsWith(REFUSED);
		}
	}

	private static String health(Heliograph server, String host) {
		return answer(server, "GET /actuator/health HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
	}

}
