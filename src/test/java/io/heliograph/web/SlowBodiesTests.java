package io.heliograph.web;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

	/** A request of the user "slow", with the first byte of its body. */
	private static Socket post(String header) throws IOException {
		Socket socket = new Socket("127.0.0.1", heliograph.httpPort());
		socket.setSoTimeout(8000);
		String login = Base64.getEncoder().encodeToString("slow:slow-secret".getBytes(StandardCharsets.US_ASCII));
		String request = """
				POST /api/publish HTTP/1.1\r
				Host: 127.0.0.1\r
				Content-Type: application/json\r
				Authorization: Basic %s\r
				%s\r
				\r
				{""".formatted(login, header);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static boolean isAnswered(Socket socket) {
		try {
			return socket.getInputStream().available() > 0;
		}
		catch (IOException ex) {
			return true;
		}
	}

	private static String firstLine(Socket socket) throws IOException {
		StringBuilder line = new StringBuilder();
		for (int next = socket.getInputStream().read(); next != '\r' && next >= 0;) {
			line.append((char) next);
			next = socket.getInputStream().read();
		}
		return line.toString();
	}

	@Test
	void takeNoThreadFromOtherUsers() throws IOException {
		List<Socket> slow = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				slow.add(post("Content-Length: 900000"));
			}
			await().until(() -> slow.stream().filter(SlowBodiesTests::isAnswered).count() > 0);
			CompletableFuture<Integer> status = CompletableFuture
				.supplyAsync(() -> heliograph.as("backend", "backend-secret")
					.post("/api/publish", "{'topic':'t','payload':1}")
					.status());
			assertThat(status).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(202);
			Socket refused = slow.stream().filter(SlowBodiesTests::isAnswered).findFirst().orElseThrow();
			assertThat(firstLine(refused)).startsWith("HTTP/1.1 429");
			assertThat(slow.stream().filter((socket) -> !isAnswered(socket)).count()).as("waited for")
				.isBetween(1L, 64L);
		}
		finally {
			for (Socket socket : slow) {
				socket.close();
			}
		}
	}

	@Test
	void haveSoLongAndNoLonger() throws IOException, InterruptedException {
		try (Socket socket = post("Content-Length: 900000")) {
			for (int i = 0; i < 50 && !isAnswered(socket); i++) {
				socket.getOutputStream().write(' ');
				TimeUnit.MILLISECONDS.sleep(100);
			}
			assertThat(firstLine(socket)).startsWith("HTTP/1.1 408");
			// the rest of it is not waited for
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.contains("The body was not there after 1500 ms");
		}
	}

}
