package io.heliograph.web;

import java.nio.file.Path;

import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a server as it is without settings. */
abstract class WebTests {

	@TempDir
	private static Path data;

	@AutoClose
	static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data);
	}

}
