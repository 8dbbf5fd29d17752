package io.heliograph.lifecycle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Says when the application is ready, and where HTTP is; when it stops, and when it has
 * stopped, so that the end of a log tells a stop from a kill.
 */
@Component
final class LifecycleMessages {

	private static final Logger logger = LoggerFactory.getLogger(LifecycleMessages.class);

	@EventListener
	void on(ApplicationReadyEvent event) {
		ConfigurableApplicationContext context = event.getApplicationContext();
		if (context instanceof WebServerApplicationContext web && web.getWebServer() != null) {
			String address = context.getEnvironment().getProperty("server.address", "*");
			int port = web.getWebServer().getPort();
			// a stop that began before has taken the port away
			if (context.isActive()) {
				logger.info("HTTP on {}:{}; ready", address, port);
				SpringApplication.getShutdownHandlers().add(LifecycleMessages::stopped);
			}
		}
	}

	/** When all is closed. */
	private static void stopped() {
		logger.info("Stopped");
	}

	@EventListener
	void on(ContextClosedEvent event) {
		logger.info("Stopping");
	}

}
