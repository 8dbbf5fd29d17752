package io.heliograph.lifecycle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawHttp;
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
			await().atMost(Duration.ofMinutes(1))
				.pollInterval(Duration.ofMillis(5))
				.until(() -> process.output().contains("MQTT listener"));
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
	void answersTheRequestThatIsThereAndDeliversItBeforeItTellsDevices() {
		try (HeliographProcess process = new HeliographProcess(this.directory.resolve("data"),
				"heliograph.listeners[0].allow-anonymous=true", "heliograph.acl.no-rules=allow")) {
			process.awaitReady();
			int httpPort = process.httpPort();
			try (RawClient device = RawClient.connected5(process.mqttPort(), "device", true);
					RawHttp backend = post(httpPort, 7)) {
				assertThat(device.send(RawClient.subscribe5(1, "t", 1)).receive().type()).isEqualTo(9);
				assertThat(backend.receiveTo("\r\n\r\n")).startsWith("HTTP/1.1 100");
				process.terminate();
				await().until(() -> isClosed(httpPort));
				device.ping();
				assertThat(backend.send("payload").receiveTo("}")).startsWith("HTTP/1.1 202").endsWith("\"copies\":1}");
				Packet message = device.receive();
				assertThat(message.type()).isEqualTo(3);
				assertThat(message.payload()).endsWith("payload");
				assertThat(device.closeReason()).as("server shutting down").isEqualTo(0x8b);
			}
			assertThat(process.awaitExit()).as(process.output()).isEqualTo(143);
		}
	}

	/** A request to publish whose body is still to come. */
	private static RawHttp post(int port, int length) {
		return new RawHttp(port).request("POST /api/publish?topic=t", List.of("Content-Type: text/plain",
				"Content-Length: " + length, RawHttp.admin(), "Expect: 100-continue"), "");
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
