package io.heliograph.devices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Mosquitto's programs: one mosquitto_sub, and a mosquitto_pub with another client id for
 * each message.
 */
final class MosquittoDevice extends Device {

	/** What a line with a message begins with; all others are about what is done. */
	private static final String MESSAGE = "message ";

	private static final String SUBACK = "Subscribed (mid: ";

	private final int port;

	private final Login login;

	private final boolean v5;

	private @Nullable Process subscriber;

	MosquittoDevice(int port, Login login, boolean v5) {
		this.port = port;
		this.login = login;
		this.v5 = v5;
	}

	@Override
	int connect() {
		Process process = start(command("mosquitto_pub", this.login.id(), "-t", "connect", "-n"));
		return await(process);
	}

	private List<String> command(String program, String id, String... more) {
		List<String> command = new ArrayList<>(List.of(program, "-h", "127.0.0.1", "-p", String.valueOf(this.port),
				"-V", this.v5 ? "mqttv5" : "mqttv311", "-i", id));
		if (this.login.user() != null) {
			command.addAll(List.of("-u", this.login.user(), "-P", this.login.password()));
		}
		command.addAll(List.of(more));
		return command;
	}

	private static Process start(List<String> command) {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int await(Process process) {
		try {
			if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
				process.destroyForcibly();
				throw new IllegalStateException("It does not end: " + process.info());
			}
			return process.exitValue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	List<Integer> subscribe(int qos, String... filters) {
		List<String> command = command("mosquitto_sub", this.login.id(), "-d", "-q", String.valueOf(qos), "-F",
				MESSAGE + "%q %r %t %p");
		if (!this.login.clean()) {
			command.add("-c");
			if (this.login.keptSeconds() != Login.FOR_EVER) {
				command.addAll(List.of("-x", String.valueOf(this.login.keptSeconds())));
			}
		}
		if (this.login.will() != null) {
			command.addAll(List.of("--will-topic", this.login.will().topic(), "--will-payload",
					this.login.will().payload(), "--will-qos", "1"));
		}
		for (String filter : filters) {
			command.addAll(List.of("-t", filter));
		}
		// else it would hold back what it writes to a pipe
		command.addAll(0, List.of("stdbuf", "-oL"));
		Process process = start(command);
		this.subscriber = process;
		CompletableFuture<List<Integer>> suback = new CompletableFuture<>();
		Thread reader = new Thread(() -> read(process, suback), "output of " + process.pid());
		reader.setDaemon(true);
		reader.start();
		return suback.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
	}

	private void read(Process process, CompletableFuture<List<Integer>> suback) {
		List<String> lines = new ArrayList<>();
		try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				lines.add(line);
				if (line.startsWith(MESSAGE)) {
					String[] parts = line.substring(MESSAGE.length()).split(" ", 4);
					came(new Received(parts[2], parts[3], Integer.parseInt(parts[0]), parts[1].equals("1")));
				}
				else if (line.startsWith(SUBACK)) {
					suback.complete(
							Arrays.stream(line.replaceFirst(".*\\): ", "").split(", ")).map(Integer::valueOf).toList());
				}
			}
		}
		catch (IOException ex) {
			lines.add(ex.toString());
		}
		suback.completeExceptionally(new IllegalStateException(String.join("\n", lines)));
	}

	@Override
	int publish(String topic, String payload, int qos, boolean retain) {
		List<String> command = command("mosquitto_pub", this.login.id() + "-publisher", "-t", topic, "-q",
				String.valueOf(qos));
		command.addAll(payload.isEmpty() ? List.of("-n") : List.of("-m", payload));
		if (retain) {
			command.add("-r");
		}
		Process process = start(command);
		String output = output(process);
		accepted(await(process));
		return output.contains("failed: Not authorized") ? 0x87 : 0;
	}

	private static String output(Process process) {
		try {
			return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	void leave() {
		if (this.subscriber != null) {
			// not by Process, which would stop to read its output
			this.subscriber.toHandle().destroy();
			await(this.subscriber);
		}
	}

	@Override
	public void close() {
		if (this.subscriber != null) {
			this.subscriber.destroyForcibly();
			await(this.subscriber);
		}
	}

}
