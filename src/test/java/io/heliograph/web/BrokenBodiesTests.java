package io.heliograph.web;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.RawHttp;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Bodies that do not come to their end. */
@ExtendWith(OutputCaptureExtension.class)
class BrokenBodiesTests {

	@TempDir
	private static Path data;

	@AutoClose
	static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "server.tomcat.connection-timeout=1s");
	}

	private static RawHttp post(String path, String header, String body) {
		return new RawHttp(heliograph.httpPort()).patience(Duration.ofSeconds(8))
			.request("POST " + path, List.of("Content-Type: application/json", RawHttp.admin(), header), body);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/publish", "/api/admin/users", "/api/admin/acl/rules" })
	void areAnsweredWhenTheyStop(String path, CapturedOutput log) {
		try (RawHttp http = post(path, "Content-Length: 100", "{")) {
			assertThat(http.receiveAll()).startsWith("HTTP/1.1 408 ")
				.contains("\"The body stopped for 1 s; send it at once, or less.\"",
						"\"instance\":\"%s\"".formatted(path));
		}
		assertThat(log).doesNotContain("WARN", "ERROR");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/publish", "/api/admin/users", "/api/admin/acl/rules" })
	void areAnsweredWhenTheyEnd(String path, CapturedOutput log) {
		try (RawHttp http = post(path, "Content-Length: 100", "{")) {
			http.endOutput();
			assertThat(http.receiveAll()).startsWith("HTTP/1.1 400 ")
				.contains("\"The body ended before it was whole, or its chunks are not valid.\"",
						"\"instance\":\"%s\"".formatted(path));
		}
		assertThat(log).doesNotContain("WARN", "ERROR");
	}

	@Test
	void leaveNothingInTheLogOfClientsThatGo(CapturedOutput log) {
		for (int i = 0; i < 10; i++) {
			post("/api/admin/users", "Content-Length: 100", "{").close();
		}
		heliograph.admin().get("/api/admin/users").expect(200);
		assertThat(log).doesNotContain("WARN", "ERROR");
	}

	/** What is in them holds a thread beyond the time for a body if it drips. */
	@ParameterizedTest
	@ValueSource(strings = { "5;a=b", "5;a" })
	void areChunksWithExtensions(String header) {
		try (RawHttp http = post("/api/publish", "Transfer-Encoding: chunked", header)) {
			http.patience(Duration.ofMillis(800));
			assertThat(http.receiveAll()).startsWith("HTTP/1.1 400 ");
		}
	}

	@Test
	void areChunksWithTrailers() {
		try (RawHttp http = post("/api/publish", "Transfer-Encoding: chunked", "0\r\nA: " + "b".repeat(500))) {
			http.patience(Duration.ofMillis(800));
			assertThat(http.receiveAll()).startsWith("HTTP/1.1 4");
		}
	}

}
