package io.heliograph.web;

import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What Tomcat refuses before any of our code. */
class TomcatProblemsTests extends ServerTests {

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "GET /a|b HTTP/1.1,Host: localhost; 400", "GET /api/a%zzb HTTP/1.1,Host: localhost; 400",
					"GET /api/a%2Fb HTTP/1.1,Host: localhost,Connection: close; 400",
					"GET // HTTP/1.1,Host: localhost,Connection: close; 400", "GET / HTTP/1.1; 400", "NONSENSE; 400",
					"GET / HTTP/3.0,Host: localhost; 505",
					"GET / HTTP/1.1,Host: localhost,Transfer-Encoding: gzip; 501",
					"GET / HTTP/1.1,Host: localhost,Expect: nothing; 417" })
	void isAProblemToo(String lines, int status) {
		try (RawHttp http = new RawHttp(heliograph.httpPort())) {
			assertThat(http.send(lines.replace(",", "\r\n") + "\r\n\r\n").receiveAll()).startsWith("HTTP/1.1 " + status)
				.contains("application/problem+json", "\"type\":\"urn:heliograph:problem:malformed-request\"");
		}
	}

}
