package io.heliograph.web;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.RawHttp;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How long a body may take. */
class SlowBodiesTests {

	@TempDir
	private static Path data;

	@AutoClose
	static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "heliograph.http.body-timeout=1500ms");
	}

	private static RawHttp post(String header, String body) {
		return new RawHttp(heliograph.httpPort()).patience(Duration.ofSeconds(8))
			.request("POST /api/publish", List.of("Content-Type: application/json", RawHttp.admin(), header), body);
	}

	@Test
	void haveSoLongAndNoLonger() throws InterruptedException {
		try (RawHttp http = post("Content-Length: 900000", "{")) {
			for (int i = 0; i < 50 && !http.isAnswered(); i++) {
				http.send(" ");
				TimeUnit.MILLISECONDS.sleep(100);
			}
			assertThat(http.receiveTo("\r\n")).startsWith("HTTP/1.1 408");
			// the rest of it is not waited for
			assertThat(http.receiveAll()).contains("The body was not there after 1500 ms");
		}
	}

	/** For its parameters, Tomcat would read a form by itself. */
	@ParameterizedTest
	@ValueSource(strings = { "POST /api/publish", "POST /api/admin/users", "PUT /api/admin/users/admin" })
	void ofFormsAreNotWaitedFor(String line) {
		try (RawHttp http = new RawHttp(heliograph.httpPort())) {
			http.request(line, List.of("Content-Type: application/x-www-form-urlencoded", RawHttp.admin(),
					"Content-Length: 900000"), "a=b&c");
			assertThat(http.patience(Duration.ofSeconds(8)).receiveTo("\r\n")).startsWith("HTTP/1.1 415");
		}
	}

	@Test
	void areToldThatTheyStopped() {
		try (RawHttp http = post("Content-Length: 900000", "{")) {
			http.patience(Duration.ofSeconds(15));
			assertThat(http.receiveAll()).startsWith("HTTP/1.1 408")
				.contains("The body stopped for 10 s;", "/api/publish");
		}
	}

	@ParameterizedTest
	@CsvSource({ "Content-Length: 900000, {", "Transfer-Encoding: chunked, no chunk" })
	void areToldThatTheyAreNotWhole(String header, String body) {
		try (RawHttp http = post(header, body + "\r\n")) {
			http.endOutput();
			assertThat(http.receiveAll()).startsWith("HTTP/1.1 400")
				.contains("The body ended before it was whole", "/api/publish");
		}
	}

}
