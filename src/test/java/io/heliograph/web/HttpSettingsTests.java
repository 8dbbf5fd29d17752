package io.heliograph.web;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Which settings HTTP has; BodyLimitTests and SlowBodiesTests show what they do. */
class HttpSettingsTests {

	private static HttpSettings settings(Map<String, String> given) {
		return new Binder(new MapConfigurationPropertySource(given)).bindOrCreate("heliograph.http",
				HttpSettings.class);
	}

	@Test
	void haveDefaults() {
		assertThat(settings(Map.of()))
			.isEqualTo(new HttpSettings(DataSize.ofMegabytes(1), Duration.ofMinutes(1), List.of()));
	}

	@Test
	void areTaken() {
		assertThat(settings(Map.of("heliograph.http.max-body-size", "1B", "heliograph.http.body-timeout", "1ms",
				"heliograph.http.allowed-hosts", "push.example.com,[::1]")))
			.isEqualTo(
					new HttpSettings(DataSize.ofBytes(1), Duration.ofMillis(1), List.of("push.example.com", "[::1]")));
	}

	@ParameterizedTest
	@CsvSource({ "max-body-size, 0B, 1B to 256MB", "max-body-size, -1MB, 1B to 256MB", "body-timeout, 0s, 1ms to 1h",
			"body-timeout, -1s, 1ms to 1h", "body-timeout, 999us, 1ms to 1h", "body-timeout, 3601, 1ms to 1h" })
	void areRefusedIfTheyAreNonsense(String name, String value, String expected) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> settings(Map.of("heliograph.http." + name, value)))
			.havingRootCause()
			.withMessageStartingWith(name + " is ")
			.withMessageContaining("give " + expected);
	}

}
