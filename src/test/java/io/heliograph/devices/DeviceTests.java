package io.heliograph.devices;

import java.nio.file.Path;

import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests at a Heliograph of their own, where the user {@code device} may do everything.
 */
abstract class DeviceTests {

	@TempDir
	private static Path directory;

	@AutoClose
	static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(directory).user("device");
		heliograph.rule("device", "readwrite", "#");
	}

}
