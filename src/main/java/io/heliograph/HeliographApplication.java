package io.heliograph;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Heliograph in one process: the HTTP side, the MQTT broker and what they store. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class HeliographApplication {

	public static void main(String[] args) {
		SpringApplication.run(HeliographApplication.class, args);
	}

}
