package io.heliograph.testing;

import java.nio.file.Path;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Tests at a server of their own, as it is without settings. */
public abstract class ServerTests {

	/** Everything that the server keeps. */
	@TempDir
	protected static Path data;

	@AutoClose
	protected static Heliograph heliograph;

	/** Makes requests as admin. */
	protected static HttpCalls admin;

	@BeforeAll
	static void startServer() {
		heliograph = Heliograph.start(data);
		admin = heliograph.admin();
	}

}
