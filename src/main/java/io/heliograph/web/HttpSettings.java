package io.heliograph.web;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of HTTP.
 *
 * @param maxBodySize the largest body of a request
 * @param bodyTimeout how long a body may take
 */
@ConfigurationProperties("heliograph.http")
record HttpSettings(@DefaultValue("1MB") DataSize maxBodySize, @DefaultValue("60s") Duration bodyTimeout) {

	HttpSettings {
		if (maxBodySize.toBytes() < 1) {
			throw new IllegalArgumentException(
					"heliograph.http.max-body-size is " + maxBodySize + "; give a positive size, such as 1MB.");
		}
		if (bodyTimeout.toMillis() < 1) {
			throw new IllegalArgumentException(
					"heliograph.http.body-timeout is " + bodyTimeout + "; give a positive time, such as 60s.");
		}
	}

}
