package io.heliograph.lifecycle;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/** What is said of a start, which may be stopped meanwhile. */
@ExtendWith(OutputCaptureExtension.class)
class LifecycleMessagesTests {

	private final ServletWebServerApplicationContext context = new ServletWebServerApplicationContext() {

		@Override
		public WebServer getWebServer() {
			return new OnePort();
		}

	};

	private final LifecycleMessages messages = new LifecycleMessages();

	@BeforeEach
	void logAsTheApplicationDoes() {
		setLevel(LogLevel.INFO);
	}

	@AfterEach
	void logAsTestsDo() {
		setLevel(null);
	}

	private static void setLevel(@Nullable LogLevel level) {
		LoggingSystem.get(LifecycleMessages.class.getClassLoader())
			.setLogLevel(LifecycleMessages.class.getName(), level);
	}

	private void becomeReady() {
		this.messages.onApplicationEvent(
				new ApplicationReadyEvent(new SpringApplication(), new String[0], this.context, Duration.ZERO));
	}

	@Test
	void saysWhereHttpIs(CapturedOutput output) {
		becomeReady();
		assertThat(output).contains("HTTP on *:26000; ready");
	}

	@Test
	void saysNothingOfBeingReadyOnceAStopHasBegun(CapturedOutput output) {
		this.messages.onApplicationEvent(new ContextClosedEvent(this.context));
		becomeReady();
		assertThat(output).contains("Stopping").doesNotContain("ready");
	}

	private static final class OnePort implements WebServer {

		@Override
		public void start() {
		}

		@Override
		public void stop() {
		}

		@Override
		public int getPort() {
			return 26000;
		}

	}

}
