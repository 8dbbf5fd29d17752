package io.heliograph.telemetry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.ProgramCondition;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A server whose disk is full: it delivers all the same, and says so. */
@RequiresProgram(value = { "unshare", "mount" }, apt = "util-linux mount")
@EnabledIf(value = "io.heliograph.testing.HeliographProcess#mayHaveDisk",
		disabledReason = ProgramCondition.REASON + "a mount that this user may make (run as root)")
class FullDiskTests {

	@Test
	void leavesTheServerReady(@TempDir Path data) throws IOException {
		try (HeliographProcess process = HeliographProcess.onDisk("64m", data,
				"heliograph.listeners[0].allow-anonymous=true", "heliograph.persistence.disk-reserve=8MB")) {
			HttpCalls admin = process.awaitReady().admin();
			admin.get("/actuator/health").expect(200);
			admin.post("/api/admin/acl/rules", "{'scope':'anonymous','access':'read','topic':'#'}").expect(201);
			Path filler = process.fillDisk(data, 12 * 1024 * 1024);

			admin.get("/actuator/health").expect(503);
			admin.get("/actuator/health/readiness").expect(200);
			admin.get("/actuator/health/liveness").expect(200);
			assertThat(admin.post("/api/admin/users", "{'name':'late','password':'p'}").expect(503).body())
				.contains("less than 16 MiB");
			try (RawClient device = RawClient.connected(process.mqttPort(), "device", true).subscribed("t", 0)) {
				admin.post("/api/publish", "{'topic':'t','payload':'x'}").expect(202);
				assertThat(device.receive().payload()).isEqualTo("x");
			}

			Files.delete(filler);
			admin.post("/api/admin/users", "{'name':'late','password':'p'}").expect(201);
			admin.get("/actuator/health").expect(200);
		}
		assertThat(data).as("nothing is left on the disk behind").isEmptyDirectory();
	}

	@Test
	void leavesTheServerNotReadyWhileItsStoreIsOpenedAgain(@TempDir Path data) throws IOException {
		try (HeliographProcess process = HeliographProcess.onDisk("64m", data,
				"heliograph.persistence.disk-reserve=0")) {
			HttpCalls admin = process.awaitReady().admin();
			Path filler = process.fillDisk(data, 0);
			String message = "{'topic':'t','payload':'" + "x".repeat(100_000) + "','retain':true}";
			// each failure gives some room back, so that it may be opened again for a
			// moment
			await().atMost(Duration.ofSeconds(50)).pollInterval(Duration.ofMillis(10)).untilAsserted(() -> {
				admin.post("/api/publish", message);
				assertThat(reasons(admin.get("/actuator/health").expect(503))).hasSize(2)
					.allMatch((reason) -> reason.startsWith("The store has failed"));
			});

			Files.delete(filler);
			await().untilAsserted(() -> admin.get("/actuator/health/readiness").expect(200));
			assertThat(reasons(admin.get("/actuator/health").expect(200))).isEmpty();
		}
	}

	private static List<String> reasons(HttpCalls.Answer health) {
		JsonNode parts = health.json().get("components");
		return Stream.of("broker", "store")
			.map((part) -> parts.get(part).at("/details/reason").asString(""))
			.filter((reason) -> !reason.isEmpty())
			.toList();
	}

	@Test
	void isLoggedThoughNobodyAsks(@TempDir Path data) throws IOException {
		try (HeliographProcess process = HeliographProcess.onDisk("64m", data,
				"heliograph.persistence.disk-reserve=8MB")) {
			process.awaitReady();
			Path filler = process.fillDisk(data, 6 * 1024 * 1024);
			await().untilAsserted(() -> assertThat(process.output()).containsOnlyOnce(" WARN ")
				.contains("which is less than 8 MB (heliograph.persistence.disk-reserve)"));
			Files.delete(filler);
			await().atMost(Duration.ofSeconds(30))
				.until(() -> process.output().contains("nothing is refused for that any more"));
		}
	}

}
