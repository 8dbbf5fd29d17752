package io.heliograph.web;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import io.heliograph.testing.ServerTests;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What Tomcat refuses before any of our code. */
class TomcatProblemsTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(strings = { "GET /a|b HTTP/1.1\r\nHost: x\r\n\r\n", "GET /api/a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "NONSENSE\r\n\r\n" })
	void isAProblemToo(String request) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", heliograph.httpPort())) {
			socket.setSoTimeout(10_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(answer).startsWith("HTTP/1.1 400 ")
				.contains("application/problem+json", "\"type\":\"urn:heliograph:problem:malformed-request\"");
		}
	}

}
