package io.heliograph.web;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

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

/** Bodies that a user sends slowly. */
class SlowBodiesTests {

	/** More than there are threads for requests. */
	private static final int CONNECTIONS = 250;

	@TempDir
	private static Path data;

	@AutoClose
	static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "heliograph.http.body-timeout=1500ms")
			.user("backend", "'PUBLISHER'")
			.user("slow", "'PUBLISHER'");
		heliograph.rule("backend", "write", "#");
	}

	/** A request of the user "slow", with the first bytes of its body. */
	private static RawHttp post(String header, String body) {
		return new RawHttp(heliograph.httpPort()).patience(Duration.ofSeconds(8))
			.request("POST /api/publish", List.of("Content-Type: application/json", RawHttp.user("slow"), header),
					body);
	}

	private static int publish(String user, String body) {
		return heliograph.as(user, user + "-secret").post("/api/publish", body).status();
	}

	/** In chunks, a header that is cut is waited for, too. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "Content-Length: 900000 | {", "Transfer-Encoding: chunked | 5" })
	void takeNoThreadFromOtherUsers(String header, String body) {
		publish("backend", "{'topic':'t','payload':1}");
		List<RawHttp> slow = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				slow.add(post(header, body));
			}
			await().until(() -> slow.stream().filter(RawHttp::isAnswered).count() > 0);
			CompletableFuture<Integer> status = CompletableFuture
				.supplyAsync(() -> publish("backend", "{'topic':'t','payload':1}"));
			assertThat(status).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(202);
			RawHttp refused = slow.stream().filter(RawHttp::isAnswered).findFirst().orElseThrow();
			assertThat(refused.receiveTo("\r\n")).startsWith("HTTP/1.1 429");
			await().until(() -> slow.stream().filter((http) -> !http.isAnswered()).count() <= 64);
			try (RawHttp there = post("Content-Length: 13", "{\"topic\":\"t\"}");
					RawHttp empty = post("Content-Length: 0", "");
					RawHttp chunks = post("Transfer-Encoding: chunked", "1\r\n{\r\n0\r\n\r\n")) {
				assertThat(there.receiveTo("\r\n")).startsWith("HTTP/1.1 403");
				assertThat(empty.receiveTo("\r\n")).startsWith("HTTP/1.1 400");
				assertThat(chunks.receiveTo("\r\n")).as("what may be waited for").startsWith("HTTP/1.1 429");
			}
		}
		finally {
			slow.forEach(RawHttp::close);
		}
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
