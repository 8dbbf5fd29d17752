package io.heliograph.web;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/**
 * Settings of HTTP.
 *
 * @param maxBodySize the largest body of a request
 * @param bodyTimeout how long a body may take
 * @param allowedHosts names by which HTTP is asked for, beside those of loopback
 */
@ConfigurationProperties("heliograph.http")
record HttpSettings(@DefaultValue("1MB") DataSize maxBodySize,
		@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("60s") Duration bodyTimeout,
		@DefaultValue List<String> allowedHosts) {

	/** No packet of MQTT is larger. */
	private static final DataSize LARGEST_BODY = DataSize.ofMegabytes(256);

	HttpSettings {
		if (maxBodySize.toBytes() < 1 || maxBodySize.compareTo(LARGEST_BODY) > 0) {
			throw new IllegalArgumentException("max-body-size is " + maxBodySize + "; give 1B to 256MB, such as 1MB.");
		}
		if (bodyTimeout.compareTo(Duration.ofMillis(1)) < 0 || bodyTimeout.compareTo(Duration.ofHours(1)) > 0) {
			throw new IllegalArgumentException(
					"body-timeout is " + DurationStyle.SIMPLE.print(bodyTimeout) + "; give 1ms to 1h, such as 60s.");
		}
		HostNames.withLoopback(allowedHosts);
		allowedHosts = List.copyOf(allowedHosts);
	}

}
