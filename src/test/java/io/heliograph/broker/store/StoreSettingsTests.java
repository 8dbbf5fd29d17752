package io.heliograph.broker.store;

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

class StoreSettingsTests {

	private static StoreSettings settings(Map<String, ?> given) {
		return new Binder(new MapConfigurationPropertySource(given)).bindOrCreate("heliograph.persistence",
				StoreSettings.class);
	}

	@Test
	void areSafeByDefault() {
		StoreSettings settings = settings(Map.of());
		assertThat(settings).isEqualTo(StoreSettings.of("always"));
		assertThat(settings.enabled()).isTrue();
		assertThat(settings.syncMode()).isEqualTo(SyncMode.ALWAYS);
		assertThat(settings.syncMode().promise()).isEqualTo("What is acknowledged is on the disk");
	}

	@Test
	void areThoseThatWereGiven() {
		assertThat(settings(Map.of("heliograph.persistence.enabled", "false", "heliograph.persistence.sync", "30m",
				"heliograph.persistence.disk-reserve", "0", "heliograph.persistence.cache-size", "8MB",
				"heliograph.persistence.write-buffer-size", "1GB")))
			.isEqualTo(new StoreSettings(false, "30m", DataSize.ofBytes(0), DataSize.ofMegabytes(8),
					DataSize.ofGigabytes(1)));
	}

	@ParameterizedTest
	@CsvSource({ "5s, 5 s; up to that much", "5, 5 s; up to that much", "1500ms, 1500 ms; up to that much",
			"1h, 3600 s; up to that much" })
	void takeATimeBetweenSyncs(String sync, String promise) {
		SyncMode mode = StoreSettings.of(sync).syncMode();
		assertThat(mode.isAlways()).isFalse();
		assertThat(mode.promise()).contains(promise);
	}

	@ParameterizedTest
	@CsvSource({ "off", "false" })
	void takeOffAsYamlHasIt(String sync) {
		assertThat(StoreSettings.of(sync).syncMode()).isEqualTo(SyncMode.OFF);
		assertThat(SyncMode.OFF.interval()).isNull();
		assertThat(new SyncMode(Duration.ZERO)).isEqualTo(SyncMode.ALWAYS);
	}

	@ParameterizedTest
	@CsvSource({ "sync, sometimes, 'give always, off, or a time'", "sync, 100ns, 'give always, off, or a time'",
			"sync, -1s, 'give always, off, or a time'", "sync, 61m, 'give always, off, or a time'",
			"sync, 0s, 'give always, off, or a time'", "sync, '', 'give always, off, or a time'",
			"disk-reserve, -1MB, give 0 or a size", "cache-size, 7MB, give a size from 8MB to 16GB",
			"write-buffer-size, 17GB, give a size from 8MB to 16GB" })
	void sayWhatToGive(String name, String value, String message) {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> settings(Map.of("heliograph.persistence." + name, value)))
			.havingRootCause()
			.withMessageStartingWith(name + " is ")
			.withMessageContaining(message);
	}

}
