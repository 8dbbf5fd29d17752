package io.heliograph.killed;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of publishers or devices. */
final class Participants implements AutoCloseable {

	private static final long TIMEOUT_SECONDS = 60;

	private final Process process;

	Participants(Class<?> main, Path output, String... args) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-Xmx256m", "-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(args));
		File file = output.resolve(main.getSimpleName() + ".output").toFile();
		try {
			this.process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(file).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** From here on they bring to its end what they have begun. */
	void calm() {
		try {
			this.process.getOutputStream().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits for its end; returns whether it came. */
	boolean awaitEnd() {
		try {
			return this.process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
