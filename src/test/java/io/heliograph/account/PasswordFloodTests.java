package io.heliograph.account;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Strangers who send wrong passwords, more at once than there are threads. */
class PasswordFloodTests extends ServerTests {

	private static final int CONNECTIONS = 400;

	private static Socket stranger(int number) throws IOException {
		Socket socket = new Socket("127.0.0.1", heliograph.httpPort());
		socket.setSoTimeout(60_000);
		String login = Base64.getEncoder().encodeToString(("admin:wrong" + number).getBytes(StandardCharsets.US_ASCII));
		socket.getOutputStream()
			.write("GET /api/admin/users HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic %s\r\n\r\n"
				.formatted(login)
				.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	@Test
	void takeNoThreadFromWhoIsKnownAndFromHealth() throws IOException {
		admin.get("/api/admin/users").expect(200);
		List<Socket> strangers = new ArrayList<>();
		try {
			for (int i = 0; i < CONNECTIONS; i++) {
				strangers.add(stranger(i));
			}
			CompletableFuture<Void> others = CompletableFuture.runAsync(() -> {
				heliograph.anyone().get("/actuator/health").expect(200);
				admin.get("/api/admin/users").expect(200);
			});
			assertThat(others).succeedsWithin(Duration.ofSeconds(20));
			List<String> answers = new ArrayList<>();
			for (Socket stranger : strangers) {
				answers.add(new String(stranger.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
			}
			assertThat(answers).allMatch((answer) -> answer.startsWith("HTTP/1.1 401 ")
					|| (answer.startsWith("HTTP/1.1 503 ") && answer.contains("Retry-After: 5")));
			assertThat(answers).filteredOn((answer) -> answer.startsWith("HTTP/1.1 401 "))
				.as("who may wait")
				.hasSizeGreaterThanOrEqualTo(50);
			assertThat(answers).filteredOn((answer) -> answer.startsWith("HTTP/1.1 503 ")).isNotEmpty();
		}
		finally {
			for (Socket stranger : strangers) {
				stranger.close();
			}
		}
	}

}
