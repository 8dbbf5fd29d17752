package io.heliograph;

import java.time.Clock;

import io.heliograph.lifecycle.CommandLine;
import io.heliograph.lifecycle.LifecycleMessages;
import io.heliograph.lifecycle.SettingRefused;
import io.heliograph.lifecycle.StopDeadline;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** Heliograph in one process: the HTTP side, the MQTT broker and what they store. */
@SpringBootApplication(proxyBeanMethods = false)
@ConfigurationPropertiesScan
public class HeliographApplication {

	public static void main(String[] args) {
		StopDeadline.set();
		try {
			CommandLine.check(args);
		}
		catch (SettingRefused ex) {
			System.err.println("Heliograph cannot start. " + ex.getMessage());
			System.exit(1);
		}
		try {
			SpringApplication application = new SpringApplication(HeliographApplication.class);
			application.addListeners(new LifecycleMessages());
			application.run(args);
		}
		catch (Throwable ex) {
			// it was reported; threads that were started must not keep the process alive
			System.exit(1);
		}
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
