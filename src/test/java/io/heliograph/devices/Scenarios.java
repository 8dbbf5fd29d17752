package io.heliograph.devices;

import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is run with each client of the subclass's {@code @EnumSource}. Constructors start
 * nothing: they run before a test is skipped for want of a program.
 */
@ParameterizedClass
@ExtendWith(ClientCondition.class)
abstract class Scenarios {

	final Client client;

	@AutoClose
	final Fleet fleet;

	Scenarios(Heliograph heliograph, Client client) {
		this.client = client;
		this.fleet = new Fleet(heliograph, client);
	}

	void assertThatItIsRefused(Login login) {
		assertThat(this.fleet.device(login).connect()).isEqualTo(this.client.v5() ? 0x87 : 5);
	}

}
