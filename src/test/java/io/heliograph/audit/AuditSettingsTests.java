package io.heliograph.audit;

import java.time.Duration;
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

/** Which settings the audit log has; AuditRetentionTests show what they do. */
class AuditSettingsTests {

	private static AuditSettings settings(Map<String, String> given) {
		return new Binder(new MapConfigurationPropertySource(given)).bindOrCreate("heliograph.audit",
				AuditSettings.class);
	}

	@Test
	void haveDefaults() {
		assertThat(settings(Map.of())).isEqualTo(new AuditSettings(Duration.ofDays(400), DataSize.ofMegabytes(100)));
	}

	@Test
	void areTaken() {
		assertThat(settings(Map.of("heliograph.audit.max-age", "86400", "heliograph.audit.max-size", "1TB")))
			.isEqualTo(new AuditSettings(Duration.ofDays(1), DataSize.ofTerabytes(1)));
	}

	@ParameterizedTest
	@CsvSource({ "max-age, 23h, 1d to 36500d", "max-age, -1d, 1d to 36500d", "max-age, 36501d, 1d to 36500d",
			"max-size, 1023KB, 1MB to 1TB", "max-size, -1MB, 1MB to 1TB", "max-size, 1025GB, 1MB to 1TB" })
	void areRefusedIfTheyAreNonsense(String name, String value, String expected) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> settings(Map.of("heliograph.audit." + name, value)))
			.havingRootCause()
			.withMessageStartingWith(name + " is ")
			.withMessageContaining("give " + expected);
	}

}
