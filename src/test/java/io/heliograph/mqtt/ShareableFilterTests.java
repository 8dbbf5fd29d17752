package io.heliograph.mqtt;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** Filters as they stand in SUBSCRIBE. */
class ShareableFilterTests {

	@ParameterizedTest
	@CsvSource({ "$share/g/a, g, a", "$share/g/#, g, #", "$share/g//, g, /", "$share/g//a, g, /a",
			"$share/g h/+/b, g h, +/b", "$share/$g/$SYS/#, $g, $SYS/#", "$share/g/$share/h/a, g, $share/h/a" })
	void readsGroupAndFilter(String text, String group, String filter) {
		ShareableFilter read = ShareableFilter.parse(text);
		assertThat(read).isEqualTo(new ShareableFilter(group, new TopicFilter(filter)));
		assertThat(read).hasToString(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "#", "$share", "$shared/g/a", "$SHARE/g/a", "/$share/g/a", "$queue/a" })
	void takesWhatIsNotShared(String text) {
		ShareableFilter read = ShareableFilter.parse(text);
		assertThat(read).isEqualTo(new ShareableFilter(null, new TopicFilter(text)));
		assertThat(read).hasToString(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "$share/", "$share/g", "$share/g/", "$share//a", "$share//", "$share/+/a",
			"$share/#/a", "$share/g+/a", "$share/g#/a", "$share/g/a#", "$share/#", "$share/g/#/a" })
	void refusesWhatMqttForbids(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> ShareableFilter.parse(text));
	}

}
