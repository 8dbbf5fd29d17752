package io.heliograph.mqtt;

import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** What every string of MQTT must be: topics, filters and client ids alike. */
class Utf8Tests {

	private static final List<Consumer<String>> VALUES = List.of(Topic::new, TopicFilter::new, ClientId::new,
			ShareableFilter::parse);

	private static void takes(String text) {
		for (Consumer<String> value : VALUES) {
			assertThatNoException().isThrownBy(() -> value.accept(text));
		}
	}

	private static void refuses(String text, String reason) {
		for (Consumer<String> value : VALUES) {
			assertThatIllegalArgumentException().isThrownBy(() -> value.accept(text)).withMessageContaining(reason);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "é", "€", "𝄞" })
	void takes65535BytesAndNoMore(String character) {
		int bytes = character.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
		String longest = character.repeat(65_535 / bytes) + "a".repeat(65_535 % bytes);
		takes(longest);
		refuses(longest + "a", " is 65536 bytes long; MQTT allows 65535 at most.");
	}

	@Test
	void refusesTheEmptyString() {
		refuses("", " must not be empty.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\0", "a\0", "\0a", "a\0b" })
	void refusesU0000(String text) {
		refuses(text, " must not hold the character U+0000.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\ud834", "\udd1e", "a\ud834", "\ud834a", "\udd1e\ud834", "\ud834\ud834\udd1e" })
	void refusesHalfASurrogatePair(String text) {
		refuses(text, " must not hold half a surrogate pair.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\ufeff", "\ue000", " ", "\u00a0" })
	void takesOddCharacters(String text) {
		takes(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u0001", "\u001f", "a\u007f", "\u0085", "\ufdd0", "\uffff", "\ud83f\udffe" })
	void refusesWhatReceiversEndTheirConnectionsFor(String text) {
		refuses(text, " must not hold the character U+%04X.".formatted(text.codePointAt(text.startsWith("a") ? 1 : 0)));
	}

}
