package io.heliograph.storage;

import java.nio.file.Path;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where things are kept.
 *
 * @param dataDir the directory that holds everything that must outlive the process; it is
 * created if it is not there
 */
@ConfigurationProperties("heliograph")
record StorageSettings(@DefaultValue("data") String dataDir) {

	StorageSettings {
		if (dataDir.isBlank()) {
			throw new IllegalArgumentException("data-dir is empty; name a directory, or leave it out.");
		}
		if (dataDir.indexOf('\0') >= 0) {
			throw new IllegalArgumentException("data-dir holds U+0000; name a directory without it.");
		}
		// begins the options of the database in its URL
		if (Path.of(dataDir).toAbsolutePath().toString().contains(";")) {
			throw new IllegalArgumentException("data-dir is '" + Path.of(dataDir).toAbsolutePath()
					+ "', which holds a semicolon; name a directory without it.");
		}
	}

}
