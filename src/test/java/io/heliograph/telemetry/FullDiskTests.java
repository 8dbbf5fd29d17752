package io.heliograph.telemetry;

import java.nio.file.Path;

import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of a server whose disk is full: that it serves all the same. */
class FullDiskTests {

	@Test
	void leavesTheServerReady(@TempDir Path data) {
		try (Heliograph heliograph = Heliograph.start(data, "management.health.diskspace.threshold=1000000TB")) {
			heliograph.anyone().get("/actuator/health").expect(503);
			heliograph.anyone().get("/actuator/health/readiness").expect(200);
			heliograph.anyone().get("/actuator/health/liveness").expect(200);
		}
	}

}
