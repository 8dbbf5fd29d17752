package io.heliograph.web;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of bodies that nobody reads. */
class UnreadBodiesTests extends ServerTests {

	/** More than there are threads for requests. */
	private static final int CONNECTIONS = 250;

	private static RawHttp request(String line, String body, String... headers) {
		// less than Tomcat waits for a byte
		return new RawHttp(heliograph.httpPort()).patience(Duration.ofSeconds(8)).request(line, List.of(headers), body);
	}

	@ParameterizedTest
	@CsvSource({ "POST /api/publish, 401", "PUT /api/admin/users/a, 401", "GET /actuator/health, 200",
			"POST /actuator/health, 405", "GET /nothing, 401" })
	void takeNoThreadFromOthers(String line, int refusal) {
		List<RawHttp> slow = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				slow.add(request(line, "{", "Content-Length: 900000"));
			}
			// as many of them as Tomcat reads from have their answers
			for (RawHttp http : slow) {
				assertThat(http.receiveTo("}")).startsWith("HTTP/1.1 " + refusal);
			}
			CompletableFuture<Integer> status = CompletableFuture
				.supplyAsync(() -> heliograph.admin().get("/api/admin/users").status());
			assertThat(status).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(200);
		}
		finally {
			slow.forEach(RawHttp::close);
		}
	}

	@Test
	void endBeforeTheNextRequestOfTheConnection() {
		try (RawHttp http = request("POST /actuator/health", "", RawHttp.admin(), "Content-Length: 5")) {
			assertThat(http.receiveTo("}")).startsWith("HTTP/1.1 405");
			String body = "12345";
			String next = "GET /actuator/health HTTP/1.1\r\nHost: a\r\n\r\n";
			assertThat(http.send(body + next).receiveTo("}")).as("behind the last chunk").contains("HTTP/1.1 200");
		}
	}

	/** Who asks before it sends sends nothing after a refusal. */
	@Test
	void areNotWaitedForIfTheyWereAskedFor() {
		try (RawHttp http = request("POST /api/publish", "", "Content-Length: 900000", "Expect: 100-continue")) {
			assertThat(http.receiveTo("}")).startsWith("HTTP/1.1 401");
			// less than a body is waited for
			assertThat(http.patience(Duration.ofSeconds(3)).read()).isEqualTo(-1);
		}
	}

}
