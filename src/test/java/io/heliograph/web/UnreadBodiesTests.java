package io.heliograph.web;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of bodies that nobody reads. */
class UnreadBodiesTests extends ServerTests {

	/** More than there are threads for requests. */
	private static final int CONNECTIONS = 250;

	private static Socket post(String rest) throws IOException {
		return request("POST /api/publish", rest);
	}

	private static Socket request(String line, String rest) throws IOException {
		Socket socket = new Socket("127.0.0.1", heliograph.httpPort());
		// less than Tomcat waits for a byte
		socket.setSoTimeout(8000);
		String request = line + """
				 HTTP/1.1\r
				Host: 127.0.0.1\r
				Content-Type: application/json\r
				""";
		socket.getOutputStream().write((request + rest).getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static String answer(Socket socket) throws IOException {
		StringBuilder answer = new StringBuilder();
		while (!answer.toString().endsWith("}")) {
			int next = socket.getInputStream().read();
			assertThat(next).as("%s", answer).isNotNegative();
			answer.append((char) next);
		}
		return answer.toString();
	}

	@ParameterizedTest
	@CsvSource({ "POST /api/publish, 401", "PUT /api/admin/users/a, 401", "GET /actuator/health, 200",
			"POST /actuator/health, 405", "GET /nothing, 401" })
	void takeNoThreadFromOthers(String line, int refusal) throws IOException {
		List<Socket> slow = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				slow.add(request(line, "Content-Length: 900000\r\n\r\n{"));
			}
			// as many of them as Tomcat reads from have their answers
			for (Socket socket : slow) {
				assertThat(answer(socket)).startsWith("HTTP/1.1 " + refusal);
			}
			CompletableFuture<Integer> status = CompletableFuture
				.supplyAsync(() -> heliograph.admin().get("/api/admin/users").status());
			assertThat(status).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(200);
		}
		finally {
			for (Socket socket : slow) {
				socket.close();
			}
		}
	}

	@Test
	void endBeforeTheNextRequestOfTheConnection() throws IOException {
		String login = Base64.getEncoder()
			.encodeToString(("admin:" + Heliograph.ADMIN_PASSWORD).getBytes(StandardCharsets.US_ASCII));
		try (Socket socket = request("POST /actuator/health",
				"Authorization: Basic " + login + "\r\nContent-Length: 5\r\n\r\n")) {
			assertThat(answer(socket)).startsWith("HTTP/1.1 405");
			String body = "12345";
			String next = "GET /actuator/health HTTP/1.1\r\nHost: a\r\n\r\n";
			socket.getOutputStream().write((body + next).getBytes(StandardCharsets.US_ASCII));
			assertThat(answer(socket)).as("behind the last chunk").contains("HTTP/1.1 200");
		}
	}

	/** Who asks before it sends sends nothing after a refusal. */
	@Test
	void areNotWaitedForIfTheyWereAskedFor() throws IOException {
		try (Socket socket = post("Content-Length: 900000\r\nExpect: 100-continue\r\n\r\n")) {
			assertThat(answer(socket)).startsWith("HTTP/1.1 401");
			// less than a body is waited for
			socket.setSoTimeout(3000);
			assertThat(socket.getInputStream().read()).isEqualTo(-1);
		}
	}

}
