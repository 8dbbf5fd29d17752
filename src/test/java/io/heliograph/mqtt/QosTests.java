package io.heliograph.mqtt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** The three qualities of service. */
class QosTests {

	@ParameterizedTest
	@EnumSource
	void isFoundByItsLevel(Qos qos) {
		assertThat(Qos.of(qos.level())).isSameAs(qos);
	}

	@Test
	void hasTheLevelsOfMqtt() {
		assertThat(Qos.values()).extracting(Qos::level).containsExactly(0, 1, 2);
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 3, 128 })
	void isNotFoundByAnotherLevel(int level) {
		assertThatIllegalArgumentException().isThrownBy(() -> Qos.of(level))
			.withMessage("A QoS is 0, 1 or 2, not " + level + ".");
	}

	@Test
	void comparesByLevel() {
		for (Qos one : Qos.values()) {
			for (Qos other : Qos.values()) {
				assertThat(one.min(other).level()).isEqualTo(Math.min(one.level(), other.level()));
				assertThat(one.max(other).level()).isEqualTo(Math.max(one.level(), other.level()));
			}
		}
	}

}
