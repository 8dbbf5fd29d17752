package io.heliograph.telemetry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What /actuator/health shows, and to whom. */
class HealthTests extends ServerTests {

	@BeforeAll
	static void addUsers() {
		heliograph.user("operator", "'OPERATOR'").user("publisher", "'PUBLISHER'").user("glass");
	}

	private static HttpCalls as(String name) {
		return heliograph.as(name, name + "-secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness" })
	void tellsEverybodyWhetherItIsUp(String path) {
		for (HttpCalls who : List.of(heliograph.anyone(), as("glass"), as("publisher"))) {
			JsonNode health = who.get(path).expect(200).json();
			assertThat(health.get("status").asString()).isEqualTo("UP");
			assertThat(health.has("components")).isFalse();
		}
	}

	@Test
	void showsTheListenersToAdminsAndOperators() {
		for (HttpCalls who : List.of(heliograph.admin(), as("operator"))) {
			JsonNode broker = who.get("/actuator/health").expect(200).json().get("components").get("broker");
			assertThat(broker.get("status").asString()).isEqualTo("UP");
			JsonNode listeners = broker.get("details").get("listeners");
			assertThat(listeners.get("tcp").asString()).isEqualTo("listens on 127.0.0.1:" + heliograph.mqttPort());
			assertThat(listeners.get("ws").asString()).isEqualTo("listens on 127.0.0.1:" + heliograph.webSocketPort());
			assertThat(broker.get("details").get("canaryMicros").asLong()).isPositive();
		}
	}

	@Test
	void showsAllItsParts() {
		assertThat(admin.get("/actuator/health").json().get("components").propertyNames()).contains("broker", "storage",
				"audit", "diskSpace");
	}

	@Test
	void countsTheBrokerForLivenessAndReadiness() {
		assertThat(admin.get("/actuator/health/liveness").json().get("components").propertyNames())
			.containsExactlyInAnyOrder("livenessState", "brokerLiveness");
		assertThat(admin.get("/actuator/health/readiness").json().get("components").propertyNames())
			.containsExactlyInAnyOrder("readinessState", "broker");
	}

	@Test
	void tellsThatNoSnapshotCanBeWritten() throws IOException {
		Path inTheWay = data.resolve("snapshot-" + (newestSnapshot() + 1) + ".sql.tmp");
		Files.createDirectories(inTheWay.resolve("x"));
		heliograph.user("changed");
		await().untilAsserted(
				() -> assertThat(storage().at("/details/snapshots").asString("")).startsWith("not written: "));
		assertThat(storage().get("status").asString()).isEqualTo("UP");
		Files.delete(inTheWay.resolve("x"));
		await().untilAsserted(() -> assertThat(storage().at("/details/snapshots").isMissingNode()).isTrue());
	}

	private static JsonNode storage() {
		return heliograph.admin().get("/actuator/health").expect(200).json().get("components").get("storage");
	}

	/** Returns the number of the last snapshot once all changes are in one. */
	private static long newestSnapshot() throws IOException {
		AtomicLong newest = new AtomicLong();
		await().during(Duration.ofMillis(2500)).atMost(Duration.ofSeconds(20)).until(() -> {
			try (Stream<Path> files = Files.list(data)) {
				long found = files.map((file) -> file.getFileName().toString())
					.filter((name) -> name.matches("snapshot-\\d+\\.sql"))
					.mapToLong((name) -> Long.parseLong(name.replaceAll("\\D", "")))
					.max()
					.orElse(0);
				return newest.getAndSet(found) == found;
			}
		});
		return newest.get();
	}

	@Test
	void showsNobodyElseItsParts() {
		for (HttpCalls who : List.of(heliograph.anyone(), as("glass"), as("publisher"))) {
			who.get("/actuator/health/broker").expect(404);
		}
		heliograph.admin().get("/actuator/health/broker").expect(200);
	}

}
