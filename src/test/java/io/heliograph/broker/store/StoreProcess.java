package io.heliograph.broker.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/** A program of these tests in a process of its own, which can be killed. */
final class StoreProcess implements AutoCloseable {

	private static final long TIMEOUT_SECONDS = 120;

	private final Process process;

	private final BufferedReader output;

	/**
	 * Starts it.
	 * @param before the program that starts it, and its arguments
	 */
	StoreProcess(List<String> before, Class<?> main, String... args) throws IOException {
		List<String> command = new ArrayList<>(before);
		command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(args));
		this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
		this.output = this.process.inputReader(StandardCharsets.UTF_8);
	}

	/** Returns the next line that begins so, without that; null at the end. */
	@Nullable String next(String begin) {
		try {
			for (String line = this.output.readLine(); line != null; line = this.output.readLine()) {
				if (line.startsWith(begin)) {
					return line.substring(begin.length());
				}
			}
			return null;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Returns the rest of what it writes, and waits for its end. */
	String rest() throws InterruptedException {
		String rest = String.join("\n", this.output.lines().toList());
		if (!this.process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("it does not end: " + rest);
		}
		return rest;
	}

	/** As kill -9 does; what it has written can still be read. */
	void kill() {
		this.process.toHandle().destroyForcibly();
	}

	@Override
	public void close() {
		kill();
	}

}
