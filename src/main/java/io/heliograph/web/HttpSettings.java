package io.heliograph.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of HTTP.
 *
 * @param maxBodySize the largest body of a request
 */
@ConfigurationProperties("heliograph.http")
record HttpSettings(@DefaultValue("1MB") DataSize maxBodySize) {

	HttpSettings {
		if (maxBodySize.toBytes() < 1) {
			throw new IllegalArgumentException(
					"heliograph.http.max-body-size is " + maxBodySize + "; give a positive size, such as 1MB.");
		}
	}

}
