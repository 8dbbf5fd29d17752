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
	private static Socket post(String header, String body) throws IOException {
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
				%s""".formatted(login, header, body);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static int publish(String user, String body) {
		return heliograph.as(user, user + "-secret").post("/api/publish", body).status();
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

	/** In chunks, a header that is cut is waited for, too. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "Content-Length: 900000 | {", "Transfer-Encoding: chunked | 5" })
	void takeNoThreadFromOtherUsers(String header, String body) throws IOException {
		publish("backend", "{'topic':'t','payload':1}");
		List<Socket> slow = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				slow.add(post(header, body));
			}
			await().until(() -> slow.stream().filter(SlowBodiesTests::isAnswered).count() > 0);
			CompletableFuture<Integer> status = CompletableFuture
				.supplyAsync(() -> publish("backend", "{'topic':'t','payload':1}"));
			assertThat(status).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(202);
			Socket refused = slow.stream().filter(SlowBodiesTests::isAnswered).findFirst().orElseThrow();
			assertThat(firstLine(refused)).startsWith("HTTP/1.1 429");
			await().until(() -> slow.stream().filter((socket) -> !isAnswered(socket)).count() <= 64);
			try (Socket there = post("Content-Length: 13", "{\"topic\":\"t\"}");
					Socket empty = post("Content-Length: 0", "");
					Socket chunks = post("Transfer-Encoding: chunked", "1\r\n{\r\n0\r\n\r\n")) {
				assertThat(firstLine(there)).startsWith("HTTP/1.1 403");
				assertThat(firstLine(empty)).startsWith("HTTP/1.1 400");
				assertThat(firstLine(chunks)).as("what may be waited for").startsWith("HTTP/1.1 429");
			}
		}
		finally {
			for (Socket socket : slow) {
				socket.close();
			}
		}
	}

	@Test
	void haveSoLongAndNoLonger() throws IOException, InterruptedException {
		try (Socket socket = post("Content-Length: 900000", "{")) {
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

	@Test
	void areToldThatTheyStopped() throws IOException {
		try (Socket socket = post("Content-Length: 900000", "{")) {
			socket.setSoTimeout(15_000);
			assertThat(answer(socket)).startsWith("HTTP/1.1 408")
				.contains("The body stopped for 10 s;", "/api/publish");
		}
	}

	@ParameterizedTest
	@CsvSource({ "Content-Length: 900000, {", "Transfer-Encoding: chunked, no chunk" })
	void areToldThatTheyAreNotWhole(String header, String body) throws IOException {
		try (Socket socket = post(header, body + "\r\n")) {
			socket.shutdownOutput();
			assertThat(answer(socket)).startsWith("HTTP/1.1 400")
				.contains("The body ended before it was whole", "/api/publish");
		}
	}

	private static String answer(Socket socket) throws IOException {
		return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
	}

}
