package io.heliograph.web;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

import io.heliograph.testing.Heliograph;
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

	private static Socket post(String path, String rest) throws IOException {
		Socket socket = new Socket("127.0.0.1", heliograph.httpPort());
		socket.setSoTimeout(8000);
		String login = Base64.getEncoder()
			.encodeToString(("admin:" + Heliograph.ADMIN_PASSWORD).getBytes(StandardCharsets.US_ASCII));
		String request = """
				POST %s HTTP/1.1\r
				Host: 127.0.0.1\r
				Content-Type: application/json\r
				Authorization: Basic %s\r
				%s""".formatted(path, login, rest);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static String answer(Socket socket) throws IOException {
		return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/publish", "/api/admin/users", "/api/admin/acl/rules" })
	void areAnsweredWhenTheyStop(String path, CapturedOutput log) throws IOException {
		try (Socket socket = post(path, "Content-Length: 100\r\n\r\n{")) {
			assertThat(answer(socket)).startsWith("HTTP/1.1 408 ")
				.contains("\"The body stopped for 1 s; send it at once, or less.\"",
						"\"instance\":\"%s\"".formatted(path));
		}
		assertThat(log).doesNotContain("WARN", "ERROR");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/api/publish", "/api/admin/users", "/api/admin/acl/rules" })
	void areAnsweredWhenTheyEnd(String path, CapturedOutput log) throws IOException {
		try (Socket socket = post(path, "Content-Length: 100\r\n\r\n{")) {
			socket.shutdownOutput();
			assertThat(answer(socket)).startsWith("HTTP/1.1 400 ")
				.contains("\"The body ended before it was whole, or its chunks are not valid.\"",
						"\"instance\":\"%s\"".formatted(path));
		}
		assertThat(log).doesNotContain("WARN", "ERROR");
	}

	@Test
	void leaveNothingInTheLogOfClientsThatGo(CapturedOutput log) throws IOException {
		for (int i = 0; i < 10; i++) {
			post("/api/admin/users", "Content-Length: 100\r\n\r\n{").close();
		}
		heliograph.admin().get("/api/admin/users").expect(200);
		assertThat(log).doesNotContain("WARN", "ERROR");
	}

	/** What is in them holds a thread beyond the time for a body if it drips. */
	@ParameterizedTest
	@ValueSource(strings = { "5;a=b", "5;a" })
	void areChunksWithExtensions(String header) throws IOException {
		try (Socket socket = post("/api/publish", "Transfer-Encoding: chunked\r\n\r\n" + header)) {
			socket.setSoTimeout(800);
			assertThat(answer(socket)).startsWith("HTTP/1.1 400 ");
		}
	}

	@Test
	void areChunksWithTrailers() throws IOException {
		try (Socket socket = post("/api/publish", "Transfer-Encoding: chunked\r\n\r\n0\r\nA: " + "b".repeat(500))) {
			socket.setSoTimeout(800);
			assertThat(answer(socket)).startsWith("HTTP/1.1 4");
		}
	}

}
