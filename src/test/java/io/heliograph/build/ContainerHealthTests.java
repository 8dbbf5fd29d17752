package io.heliograph.build;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

import com.sun.net.httpserver.HttpServer;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When the image's health check calls its container healthy. */
@RequiresProgram(value = "bash", apt = "bash")
class ContainerHealthTests {

	private HttpServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	private void answer(int status) {
		this.server.createContext("/actuator/health/liveness", (exchange) -> {
			exchange.sendResponseHeaders(status, -1);
			exchange.close();
		});
	}

	private int check() throws Exception {
		ProcessBuilder check = new ProcessBuilder("bash", "docker/healthcheck");
		check.environment().put("SERVER_PORT", String.valueOf(this.server.getAddress().getPort()));
		return check.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
	}

	@Test
	void isHealthyIfItAnswersOk() throws Exception {
		answer(200);
		assertThat(check()).isZero();
	}

	@Test
	void isUnhealthyIfItAnswersAnythingElse() throws Exception {
		answer(503);
		assertThat(check()).isEqualTo(1);
	}

	@Test
	void isUnhealthyIfItDoesNotAnswer() throws Exception {
		this.server.stop(0);
		assertThat(check()).isEqualTo(1);
	}

}
