package io.heliograph.telemetry;

import java.nio.file.Path;
import java.util.List;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What /actuator/health shows, and to whom. */
class HealthTests {

	@TempDir
	private static Path data;

	private static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data)
			.user("operator", "'OPERATOR'")
			.user("publisher", "'PUBLISHER'")
			.user("glass");
	}

	@AfterAll
	static void stop() {
		heliograph.close();
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
			assertThat(listeners.get("tcp").asString()).isEqualTo("listens on /127.0.0.1:" + heliograph.mqttPort());
			assertThat(listeners.get("ws").asString()).isEqualTo("listens on /127.0.0.1:" + heliograph.webSocketPort());
			assertThat(broker.get("details").get("canaryMicros").asLong()).isPositive();
		}
	}

	@Test
	void countsTheBrokerForLivenessAndReadiness() {
		HttpCalls admin = heliograph.admin();
		assertThat(admin.get("/actuator/health/liveness").json().get("components").propertyNames())
			.containsExactlyInAnyOrder("livenessState", "broker");
		assertThat(admin.get("/actuator/health/readiness").json().get("components").propertyNames())
			.containsExactlyInAnyOrder("readinessState", "broker", "db", "storage", "diskSpace");
	}

	@Test
	void showsNobodyElseItsParts() {
		for (HttpCalls who : List.of(heliograph.anyone(), as("glass"), as("publisher"))) {
			who.get("/actuator/health/broker").expect(404);
		}
		heliograph.admin().get("/actuator/health/broker").expect(200);
	}

}
