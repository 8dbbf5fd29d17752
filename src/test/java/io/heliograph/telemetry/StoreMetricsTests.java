package io.heliograph.telemetry;

import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the store takes, in health and as metrics. */
class StoreMetricsTests extends ServerTests {

	@ParameterizedTest
	@ValueSource(strings = { "memory?tag=area:cache", "memory?tag=area:write-buffers", "folder", "commits", "syncs" })
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

}
