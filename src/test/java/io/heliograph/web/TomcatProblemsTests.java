package io.heliograph.web;

import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What Tomcat refuses before any of our code. */
class TomcatProblemsTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(strings = { "GET /a|b HTTP/1.1\r\nHost: x\r\n\r\n", "GET /api/a%2Fb HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET // HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "NONSENSE\r\n\r\n" })
	void isAProblemToo(String request) {
		try (RawHttp http = new RawHttp(heliograph.httpPort())) {
			assertThat(http.send(request).receiveAll()).startsWith("HTTP/1.1 400 ")
				.contains("application/problem+json", "\"type\":\"urn:heliograph:problem:malformed-request\"");
		}
	}

}
