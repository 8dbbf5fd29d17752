package io.heliograph.telemetry;

import java.util.Map;
import java.util.Optional;

import io.heliograph.broker.StoreStatus;
import io.heliograph.testing.ServerTests;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the store takes, in health and as metrics. */
class StoreMetricsTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(strings = { "memory", "memory?tag=area:write-buffers", "folder", "commits", "syncs" })
	void areMoreThanNothing(String name) {
		heliograph.publish("store/metrics", "retained", 1, true);
		assertThat(admin.get("/actuator/metrics/heliograph.store." + name)
			.expect(200)
			.json()
			.get("measurements")
			.get(0)
			.get("value")
			.asDouble()).isPositive();
	}

	@Test
	void areInHealthWithThePromise() {
		assertThat(admin.get("/actuator/health").json().get("components").get("store").get("details").propertyNames())
			.contains("promise", "cacheBytes", "folderBytes")
			.doesNotContain("missing");
	}

	@Test
	void areNothingWhereNothingIsStored() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		StoreStatus inMemory = new StoreStatus() {

			@Override
			public String promise() {
				return "";
			}

			@Override
			public Optional<String> problem() {
				return Optional.empty();
			}

			@Override
			public Optional<Missing> missing() {
				return Optional.empty();
			}

			@Override
			public Map<String, Object> figures() {
				return Map.of();
			}

		};
		new StoreMetrics(inMemory).bindTo(registry);
		assertThat(registry.getMeters()).hasSize(7)
			.allSatisfy((meter) -> assertThat(meter.measure()).singleElement()
				.satisfies((measurement) -> assertThat(measurement.getValue()).isZero()));
	}

}
