package io.heliograph.devices;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;

/**
 * Tests at a Heliograph of their own, where the user {@code device} may do everything.
 */
abstract class DeviceTests extends ServerTests {

	@BeforeAll
	static void addDevice() {
		heliograph.user("device").rule("device", "readwrite", "#");
	}

}
