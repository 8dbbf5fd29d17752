package io.heliograph.lifecycle;

import java.nio.file.Path;

import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.Packet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

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
			assertThat(process.output().lines().filter((line) -> line.contains("Stop"))).satisfiesExactly(
					(line) -> assertThat(line).endsWith(": Stopping"),
					(line) -> assertThat(line).endsWith(": Stopped"));
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
