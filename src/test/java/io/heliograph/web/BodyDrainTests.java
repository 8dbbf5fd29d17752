package io.heliograph.web;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.RawHttp;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of bodies that nobody reads. */
class BodyDrainTests {

	private static final int THREADS = 24;

	/** More than there are threads for requests. */
	private static final int CONNECTIONS = 30;

	@TempDir
	private static Path data;

	@AutoClose
	static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "server.tomcat.threads.max=" + THREADS,
				"server.tomcat.connection-timeout=60s");
	}

	private static RawHttp request(String line, String body, String... headers) {
		return new RawHttp(heliograph.httpPort()).request(line, List.of(headers), body);
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
			heliograph.admin().get("/api/admin/users").expect(200);
			// a twelfth of the threads wait for more of them
			await().until(() -> slow.stream().filter((http) -> !http.isClosed()).count() <= THREADS / 12);
			assertThat(slow).filteredOn((http) -> !http.isClosed()).hasSize(THREADS / 12);
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
			String next = "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
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
