package io.heliograph.broker.store;

import java.nio.file.Path;
import java.time.Clock;

import io.heliograph.storage.DataDirectory;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store of this server as a bean. */
@Configuration(proxyBeanMethods = false)
class StoreBeans {

	private static final Logger log = LoggerFactory.getLogger(StoreBeans.class);

	private static final String FOLDER = "broker";

	@Bean
	Stores stores(DataDirectory directory, StoreSettings settings, Clock clock) {
		Path folder = directory.path().resolve(FOLDER);
		if (!settings.enabled()) {
			return Stores.inMemory(folder, settings, clock);
		}
		if (directory.wasUsed() && new StoreFolder(folder).isNew()) {
			log.warn("There is nothing in {}, though this data directory was in use before: all sessions, queues, "
					+ "retained messages and owners of client ids are gone. If that is not meant, stop the server now, "
					+ "before anything is used, and put that folder back in the place of the new one, or mount it "
					+ "again.", folder);
		}
		return Stores.in(directory.subdirectory(FOLDER), settings, clock);
	}

}
