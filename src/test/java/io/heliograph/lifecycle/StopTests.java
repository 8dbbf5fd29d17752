package io.heliograph.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a stop does, and what the first screen shows before. */
class StopTests {

	@TempDir
	private Path directory;

	@Test
	void tellsDevicesAndEndsTheProcess() {
		try (HeliographProcess process = new HeliographProcess(this.directory.resolve("data"),
				"heliograph.listeners[0].allow-anonymous=true")) {
			process.awaitReady();
			try (RawClient device = RawClient.connected5(process.mqttPort(), "device", true)) {
				process.terminate();
				Packet goodbye = device.receive();
				assertThat(goodbye.type()).isEqualTo(14);
				assertThat(goodbye.body()[0] & 0xff).as("server shutting down").isEqualTo(0x8b);
				assertThat(device.receiveOrClosed()).isNull();
			}
			assertThat(process.awaitExit()).as(process.output()).isEqualTo(143);
			List<String> lines = process.output().lines().filter((line) -> !line.equals("(end)")).toList();
			assertThat(lines.subList(lines.size() - 3, lines.size())).satisfiesExactly(
					(line) -> assertThat(line).endsWith("; ready"), (line) -> assertThat(line).endsWith(": Stopping"),
					(line) -> assertThat(line).endsWith(": Stopped"));
		}
	}

	@Test
	void saysOfAStartThatIsStoppedWhenThatIsOver() {
		try (HeliographProcess process = new HeliographProcess(this.directory.resolve("data"))) {
			await().pollInterval(Duration.ofMillis(5)).until(() -> process.output().contains("MQTT listener"));
			process.terminate();
			assertThat(process.awaitExit()).as(process.output()).isEqualTo(143);
			List<String> lines = process.output().lines().filter((line) -> !line.equals("(end)")).toList();
			assertThat(lines).allMatch((line) -> line.contains(" INFO "));
			assertThat(lines.subList(lines.size() - 2, lines.size())).satisfiesExactly(
					(line) -> assertThat(line).endsWith(": Stopping"),
					(line) -> assertThat(line).endsWith(": Stopped"));
		}
	}

	@Test
	void answersTheRequestThatIsThereAndDeliversItBeforeItTellsDevices() throws IOException {
		try (HeliographProcess process = new HeliographProcess(this.directory.resolve("data"),
				"heliograph.listeners[0].allow-anonymous=true", "heliograph.acl.no-rules=allow")) {
			process.awaitReady();
			int httpPort = process.httpPort();
			try (RawClient device = RawClient.connected5(process.mqttPort(), "device", true);
					Socket backend = post(httpPort, 7)) {
				assertThat(device.send(RawClient.subscribe5(1, "t", 1)).receive().type()).isEqualTo(9);
				assertThat(read(backend, "\r\n\r\n")).startsWith("HTTP/1.1 100");
				process.terminate();
				await().until(() -> isClosed(httpPort));
				device.ping();
				backend.getOutputStream().write("payload".getBytes(StandardCharsets.US_ASCII));
				assertThat(read(backend, "}")).startsWith("HTTP/1.1 202").endsWith("\"copies\":1}");
				Packet message = device.receive();
				assertThat(message.type()).isEqualTo(3);
				assertThat(message.payload()).endsWith("payload");
				assertThat(device.closeReason()).as("server shutting down").isEqualTo(0x8b);
			}
			assertThat(process.awaitExit()).as(process.output()).isEqualTo(143);
		}
	}

	/** A request to publish whose body is still to come. */
	private static Socket post(int port, int length) throws IOException {
		Socket socket = new Socket("127.0.0.1", port);
		socket.setSoTimeout(10_000);
		String login = Base64.getEncoder()
			.encodeToString(("admin:" + Heliograph.ADMIN_PASSWORD).getBytes(StandardCharsets.US_ASCII));
		String request = """
				POST /api/publish?topic=t HTTP/1.1\r
				Host: 127.0.0.1\r
				Content-Type: text/plain\r
				Content-Length: %d\r
				Authorization: Basic %s\r
				Expect: 100-continue\r
				\r
				""".formatted(length, login);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private static String read(Socket socket, String end) throws IOException {
		StringBuilder answer = new StringBuilder();
		while (!answer.toString().endsWith(end)) {
			int next = socket.getInputStream().read();
			assertThat(next).as("%s", answer).isNotNegative();
			answer.append((char) next);
		}
		return answer.toString();
	}

	private static boolean isClosed(int port) {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			return !socket.isConnected();
		}
		catch (ConnectException ex) {
			return true;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Test
	void showsNoWarningAtTheFirstStart() {
		try (HeliographProcess process = new HeliographProcess(this.directory.resolve("data"),
				"heliograph.listeners[0].allow-anonymous=true")) {
			process.awaitReady();
			process.terminate();
			process.awaitExit();
			assertThat(process.output().lines().filter((line) -> !line.contains(" INFO ") && !line.equals("(end)")))
				.isEmpty();
			assertThat(process.output().lines()).hasSizeLessThan(10);
		}
	}

}
