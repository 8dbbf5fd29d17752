package io.heliograph.mqtt;

import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The names of devices. */
class ClientIdTests {

	@ParameterizedTest
	@ValueSource(strings = { "glass-42", "a/b", "+", "#", "$SYS", " ", "ä" })
	void takesWhatATopicCouldNotBe(String value) {
		assertThat(new ClientId(value)).hasToString(value);
	}

	@Test
	void isOrderedByItsText() {
		assertThat(Stream.of("b", "a/b", "a", "B").map(ClientId::new).sorted().map(ClientId::value))
			.containsExactly("B", "a", "a/b", "b");
	}

}
