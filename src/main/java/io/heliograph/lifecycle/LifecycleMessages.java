package io.heliograph.lifecycle;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Says when the application is ready, and where HTTP is; when it stops, and when it has
 * stopped, so that the end of a log tells a stop from a kill.
 */
public final class LifecycleMessages implements ApplicationListener<ApplicationEvent> {

	private static final Logger logger = LoggerFactory.getLogger(LifecycleMessages.class);

	private boolean stopping;

	private boolean failed;

	@Override
	public synchronized void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationPreparedEvent) {
			// none can be added once a stop has begun, and that may be before it is ready
			SpringApplication.getShutdownHandlers().add(this::stopped);
		}
		else if (event instanceof ApplicationReadyEvent ready && !this.stopping) {
			ready(ready.getApplicationContext());
		}
		else if (event instanceof ContextClosedEvent) {
			this.stopping = true;
			logger.info("Stopping");
		}
		else if (event instanceof ApplicationFailedEvent) {
			this.failed = true;
		}
	}

	private static void ready(ConfigurableApplicationContext context) {
		if (context instanceof WebServerApplicationContext web && web.getWebServer() != null) {
			String address = context.getEnvironment().getProperty("server.address", "*");
			logger.info("HTTP on {}:{}; ready", address.contains(":") ? "[" + address + "]" : address,
					web.getWebServer().getPort());
		}
	}

	/**
	 * When all is closed. A start that waits for something is not, but is ended as it is,
	 * and one that failed has said so.
	 */
	private synchronized void stopped() {
		if (this.stopping || !this.failed) {
			logger.info("Stopped");
		}
	}

}
