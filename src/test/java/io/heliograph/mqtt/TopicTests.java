package io.heliograph.mqtt;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What may be published to. */
class TopicTests {

	@ParameterizedTest
	@ValueSource(strings = { "a", "/", "//", "a/b", "/a", "a/", "a b", " ", "$SYS/x", "ä/€/𝄞", "%u/*" })
	void takesWhatMqttAllows(String name) {
		assertThat(new Topic(name).name()).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#", "+", "a/#", "a/+/b", "a+", "#a" })
	void refusesWildcards(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Topic(name)).withMessageContaining("wildcards");
	}

	@Test
	void takes200LevelsAndNoMore() {
		assertThat(new Topic("/".repeat(199)).levels()).hasSize(200);
		assertThatIllegalArgumentException().isThrownBy(() -> new Topic("/".repeat(200)))
			.withMessage("A topic has 201 levels; 200 are allowed.");
	}

	@Test
	void isReservedIfItStartsWithADollar() {
		assertThat(new Topic("$SYS/x").reserved()).isTrue();
		assertThat(new Topic("$").reserved()).isTrue();
		assertThat(new Topic("a/$SYS").reserved()).isFalse();
		assertThat(new Topic("/$SYS").reserved()).isFalse();
	}

	@Test
	void hasEmptyLevelsToo() {
		assertThat(new Topic("/a//b/").levels()).containsExactly("", "a", "", "b", "");
		assertThat(new Topic("a").levels()).containsExactly("a");
	}

}
