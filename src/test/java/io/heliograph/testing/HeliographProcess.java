package io.heliograph.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.heliograph.HeliographApplication;
import org.jspecify.annotations.Nullable;

/**
 * The application in a process of its own, which can be killed. Its ports for HTTP and
 * MQTT are any that are free. The first admin's password is that of {@link Heliograph}.
 */
public final class HeliographProcess implements AutoCloseable {

	private static final long TIMEOUT_SECONDS = 60;

	/** Where no settings are, unlike in the directory of a build. */
	private static final File ELSEWHERE = new File(System.getProperty("java.io.tmpdir"));

	private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

	private static final Pattern HTTP_PORT = Pattern.compile("HTTP on 127\\.0\\.0\\.1:(\\d+); ready");

	private static final Pattern MQTT_PORT = Pattern.compile("MQTT listener '.*' on 127\\.0\\.0\\.1:(\\d+)");

	private final Process process;

	private final StringBuilder output = new StringBuilder();

	/**
	 * Starts it.
	 * @param settings more settings, as in {@code heliograph.acl.no-rules=allow}, or
	 * others than those it has by itself
	 */
	public HeliographProcess(Path dataDirectory, String... settings) {
		this(List.of(java(), QUICK_START), Map.of(), withPassword(dataDirectory, settings));
	}

	private HeliographProcess(List<String> java, Map<String, String> environment, List<String> settings) {
		this(java, classPath(), HeliographApplication.class, environment, settings);
	}

	private HeliographProcess(List<String> java, String classPath, Class<?> main, Map<String, String> environment,
			List<String> settings) {
		List<String> command = new ArrayList<>(java);
		command.addAll(List.of("-cp", classPath, main.getName()));
		settings.forEach((setting) -> command.add("--" + setting));
		ProcessBuilder builder = new ProcessBuilder(command).directory(ELSEWHERE).redirectErrorStream(true);
		builder.environment().putAll(environment);
		try {
			this.process = builder.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread reader = new Thread(this::read, "output of " + this.process.pid());
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Starts it with variables of the environment, and no password on the command line.
	 */
	public static HeliographProcess withEnvironment(Map<String, String> environment, Path dataDirectory,
			String... settings) {
		return new HeliographProcess(List.of(java(), QUICK_START), environment,
				withDefaults(defaults(dataDirectory), settings));
	}

	/**
	 * Starts it as a child of another program, with beans that only a test has. Signals
	 * go to that program.
	 * @param before the program and its arguments
	 * @param main what starts the application
	 */
	public static HeliographProcess under(List<String> before, Class<?> main, Path dataDirectory, String... settings) {
		List<String> java = new ArrayList<>(before);
		java.addAll(List.of(java(), QUICK_START));
		List<String> all = withPassword(dataDirectory, settings);
		// the settings of the log that tests have would hide what is waited for
		all.add("logging.level.io.heliograph=info");
		return new HeliographProcess(java, System.getProperty("java.class.path"), main, Map.of(), all);
	}

	private static List<String> withPassword(Path dataDirectory, String... settings) {
		List<String> defaults = new ArrayList<>(defaults(dataDirectory));
		defaults.add("heliograph.admin.password=" + Heliograph.ADMIN_PASSWORD);
		return withDefaults(defaults, settings);
	}

	private static List<String> defaults(Path dataDirectory) {
		return List.of("server.port=0", "heliograph.data-dir=" + dataDirectory, "heliograph.listeners[0].port=0");
	}

	private static List<String> withDefaults(List<String> defaults, String... settings) {
		List<String> all = new ArrayList<>(defaults);
		all.removeIf((setting) -> Stream.of(settings).anyMatch((other) -> key(other).equals(key(setting))));
		all.addAll(List.of(settings));
		return all;
	}

	/**
	 * Starts it with a data directory on a disk of its own, which ends with the process
	 * and which only the process and {@link #fillDisk} see.
	 * @param size as in {@code 32m}
	 */
	public static HeliographProcess onDisk(String size, Path dataDirectory, String... settings) {
		return new HeliographProcess(List.of("unshare", "--map-root-user", "--mount", "sh", "-c",
				"mount -t tmpfs -o size=" + size + " tmpfs \"$0\" && exec \"$@\"", dataDirectory.toString(), java(),
				QUICK_START), Map.of(), withPassword(dataDirectory, settings));
	}

	/**
	 * Starts it as a user does: it takes longer, and is compiled as well as Java can.
	 */
	public static HeliographProcess compiled(Path dataDirectory, String... settings) {
		return new HeliographProcess(List.of(java()), Map.of(), withPassword(dataDirectory, settings));
	}

	private static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/** Whether this user may start one with a disk of its own. */
	public static boolean mayHaveDisk() {
		try {
			return new ProcessBuilder("unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/tmp")
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Fills the disk of the process; returns the file that takes the room.
	 * @param leftBytes how much is left, about
	 */
	public Path fillDisk(Path dataDirectory, long leftBytes) {
		Path root = Path.of("/proc", String.valueOf(this.process.pid()), "root");
		Path file = root.resolve(Path.of("/").relativize(dataDirectory.resolve("filler")));
		try (OutputStream out = Files.newOutputStream(file)) {
			while (file.toFile().getUsableSpace() > leftBytes) {
				out.write(new byte[4096]);
			}
		}
		catch (IOException ex) {
			if (file.toFile().getUsableSpace() > 0) {
				throw new UncheckedIOException(ex);
			}
		}
		return file;
	}

	/** Without what tests add, their settings of the log above all. */
	private static String classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !entry.endsWith("test-classes"))
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static String key(String setting) {
		return setting.substring(0, setting.indexOf('='));
	}

	private void read() {
		try (var reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				synchronized (this.output) {
					this.output.append(line).append('\n');
					this.output.notifyAll();
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		synchronized (this.output) {
			this.output.append("(end)\n");
			this.output.notifyAll();
		}
	}

	/** Waits until it serves. */
	public HeliographProcess awaitReady() {
		await((text) -> text.contains("; ready"));
		return this;
	}

	private void await(Predicate<String> condition) {
		long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
		synchronized (this.output) {
			while (!condition.test(this.output.toString())) {
				long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
				if (left <= 0 || this.output.toString().endsWith("(end)\n")) {
					throw new IllegalStateException("It did not come to this. Its output:\n" + this.output);
				}
				try {
					this.output.wait(left);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}
	}

	/** Waits until it has ended; returns its exit code. */
	public int awaitExit() {
		try {
			if (!this.process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
				throw new IllegalStateException("It does not end. Its output:\n" + output());
			}
			await((text) -> text.endsWith("(end)\n"));
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What it has written so far. */
	public String output() {
		synchronized (this.output) {
			return this.output.toString();
		}
	}

	/** The number of the process. */
	public long pid() {
		return this.process.pid();
	}

	/** Its port for MQTT, once it is ready. */
	public int mqttPort() {
		return port(MQTT_PORT);
	}

	/** Its port for HTTP, once it is ready. */
	public int httpPort() {
		return port(HTTP_PORT);
	}

	private int port(Pattern line) {
		Matcher port = line.matcher(output());
		if (!port.find()) {
			throw new IllegalStateException("It is not ready. Its output:\n" + output());
		}
		return Integer.parseInt(port.group(1));
	}

	/** Makes requests as admin, once it is ready. */
	public HttpCalls admin() {
		return as("admin", Heliograph.ADMIN_PASSWORD);
	}

	/** Makes requests as a user, once it is ready. */
	public HttpCalls as(String user, String password) {
		return authorized(HttpCalls.basic(user, password));
	}

	/**
	 * Makes requests with a header Authorization, once it is ready.
	 * @param authorization as in {@code Bearer x}, or null for none
	 */
	public HttpCalls authorized(@Nullable String authorization) {
		return new HttpCalls(HttpClient.newHttpClient(), URI.create("http://127.0.0.1:" + httpPort()), authorization);
	}

	/** Asks it to stop, as an operator does. */
	public void terminate() {
		// destroy() of a Process would close its output too
		this.process.toHandle().destroy();
	}

	/** Ends it at once, as kill -9 does. */
	public void kill() {
		this.process.toHandle().destroyForcibly();
		awaitExit();
	}

	@Override
	public void close() {
		if (this.process.isAlive()) {
			kill();
		}
	}

}
