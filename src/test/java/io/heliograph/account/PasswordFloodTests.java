package io.heliograph.account;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Strangers who send wrong passwords, more at once than there are threads. */
class PasswordFloodTests extends ServerTests {

	private static final int CONNECTIONS = 400;

	private static RawHttp stranger(int number) {
		return new RawHttp(heliograph.httpPort()).patience(Duration.ofMinutes(1))
			.request("GET /api/admin/users", List.of(RawHttp.basic("admin:wrong" + number)), "");
	}

	@Test
	void takeNoThreadFromWhoIsKnownAndFromHealth() {
		admin.get("/api/admin/users").expect(200);
		List<RawHttp> strangers = new ArrayList<>();
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
			for (RawHttp stranger : strangers) {
				answers.add(stranger.receiveAll());
			}
			assertThat(answers).allMatch((answer) -> answer.startsWith("HTTP/1.1 401 ")
					|| (answer.matches("(?s)HTTP/1.1 (429|503) .*") && answer.contains("Retry-After: ")));
			assertThat(answers).filteredOn((answer) -> answer.startsWith("HTTP/1.1 401 "))
				.as("that were looked at")
				.hasSizeBetween(1, 10);
		}
		finally {
			strangers.forEach(RawHttp::close);
		}
	}

}
