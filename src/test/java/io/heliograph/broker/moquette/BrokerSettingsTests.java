package io.heliograph.broker.moquette;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** Which settings the broker has. */
class BrokerSettingsTests {

	private static BrokerSettings settings(Map<String, String> given) {
		return new Binder(new MapConfigurationPropertySource(given)).bindOrCreate("heliograph", BrokerSettings.class);
	}

	@ParameterizedTest
	@CsvSource({ "listeners[0].bind-address, '', bind-address is empty; give an address",
			"listeners[0].name, '', name is empty; give one", "listeners[0].port, -1, port is -1; give a number",
			"max-packet-size, 127B, max-packet-size is 127B; give 128B to 256MB",
			"max-packet-size, 1GB, max-packet-size is 1073741824B; give 128B to 256MB",
			"connect-timeout, 0s, connect-timeout is 0ms; give 1ms to 1h", "io-threads, -1, io-threads is -1; give 0",
			"io-threads, 1025, io-threads is 1025; give 0" })
	void areRefusedIfTheyAreNonsense(String name, String value, String expected) {
		assertThatExceptionOfType(BindException.class).isThrownBy(() -> settings(Map.of("heliograph." + name, value)))
			.havingRootCause()
			.withMessageStartingWith(expected);
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, 1883, 127.0.0.1, true", "127.0.0.1, 0, 127.0.0.1, false",
			"127.0.0.1, 1884, 127.0.0.1, false", "127.0.0.1, 1883, 127.0.0.2, false", "0.0.0.0, 1883, 127.0.0.2, true",
			"localhost, 1883, LOCALHOST, true", "::1, 1883, ::, true", "::1, 1883, [::], true",
			"0.0.0.0, 1883, ::, true", "0.0.0.0, 1883, ::1, false" })
	void areRefusedIfTwoListenersCannotBothBeOpen(String address, int port, String other, boolean refused) {
		Map<String, String> given = Map.of("heliograph.listeners[0].bind-address", other,
				"heliograph.listeners[0].port", (port != 0) ? "1883" : "0", "heliograph.listeners[0].name", "other",
				"heliograph.listeners[1].bind-address", address, "heliograph.listeners[1].port", String.valueOf(port));
		if (refused) {
			assertThatExceptionOfType(BindException.class).isThrownBy(() -> settings(given))
				.havingRootCause()
				.withMessage("listeners has two on port 1883 of the same address; "
						+ "give each a port, or an address, of its own.");
		}
		else {
			assertThat(settings(given).listeners()).hasSize(2);
		}
	}

	@Test
	void areRefusedIfTwoListenersAreCalledTheSame() {
		assertThatExceptionOfType(BindException.class)
			.isThrownBy(() -> settings(Map.of("heliograph.listeners[0].bind-address", "127.0.0.1",
					"heliograph.listeners[1].bind-address", "127.0.0.2")))
			.havingRootCause()
			.withMessage("listeners has two that are called 'mqtt-1883'; give each a name of its own.");
	}

}
