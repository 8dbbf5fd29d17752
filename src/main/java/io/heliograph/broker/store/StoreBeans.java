package io.heliograph.broker.store;

import java.time.Clock;

import io.heliograph.storage.DataDirectory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store of this server as a bean. */
@Configuration(proxyBeanMethods = false)
class StoreBeans {

	private static final String FOLDER = "broker";

	@Bean
	Stores stores(DataDirectory directory, StoreSettings settings, Clock clock) {
		return settings.enabled() ? Stores.in(directory.subdirectory(FOLDER), settings, clock)
				: Stores.inMemory(directory.path().resolve(FOLDER), settings, clock);
	}

}
