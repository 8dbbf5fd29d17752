package io.heliograph.mqtt;

import java.util.List;
import java.util.Random;

import io.heliograph.testing.TopicSamples;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What filters there are, what they match, and what two of them match both. */
class TopicFilterTests {

	@ParameterizedTest
	@CsvSource({ "sport/tennis/player1/#, sport/tennis/player1", "sport/tennis/player1/#, sport/tennis/player1/ranking",
			"sport/tennis/player1/#, sport/tennis/player1/score/wimbledon", "sport/#, sport", "sport/#, sport/",
			"#, sport", "#, /", "#, sport/tennis", "sport/tennis/#, sport/tennis", "sport/tennis/+, sport/tennis/one",
			"sport/+, sport/", "+/+, /finance", "/+, /finance", "+, finance", "+/tennis/#, sport/tennis",
			"+/tennis/#, /tennis/x", "$SYS/#, $SYS/monitor/Clients", "$SYS/#, $SYS", "$SYS/monitor/+, $SYS/monitor/x",
			"/, /", "//, //", "+/+, /", "a//b, a//b", "a/+/b, a//b", "a//#, a/", "/#, /", "/#, //", "/#, /a", "+/#, a",
			"+/+/#, a/b", "a/+/#, a/b/c/d", "a/#, a/$b", "+/$b, a/$b" })
	void matches(String filter, String topic) {
		assertThat(new TopicFilter(filter).matches(new Topic(topic))).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "sport/tennis/+, sport/tennis/player1/ranking", "sport/+, sport", "+, /finance", "+, a/", "+/, a",
			"#, $SYS/monitor/Clients", "#, $SYS,", "+, $SYS", "+/monitor/Clients, $SYS/monitor/Clients", "+/#, $SYS/a",
			"$SYS/+, $SYS", "$SYS, $SYS/", "ACCOUNTS, Accounts", "/finance, finance", "finance, /finance", "a/#, ab",
			"a/#, b", "a/#, ab/c", "a/b/#, a", "a/+/#, a", "/#, a", "a/, a", "a, a/", "a//#, a", "a//b, a/b",
			"a/+/b, a/b", "a/+/b, a/x/y/b", "/, a", "//, /", "a/b, a/b/c", "a/b/c, a/b", "ab, a", "a, ab" })
	void doesNotMatch(String filter, String topic) {
		assertThat(new TopicFilter(filter).matches(new Topic(topic))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "#", "+", "/", "/#", "+/+", "a/+/#", "$SYS/#", "a b/+", "%u/%c" })
	void takesWhatMqttAllows(String value) {
		assertThat(new TopicFilter(value).value()).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a#", "#a", "##", "a/#/b", "#/", "#/#", "a/b#", "a/#b" })
	void refusesANumberSignThatIsNotTheLastLevel(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> new TopicFilter(value))
			.withMessage("The wildcard # must be the last level of a topic filter and stand alone in it.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a+", "+a", "++", "a/+b/c", "a/b+", "+#" })
	void refusesAPlusThatIsNotAlone(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> new TopicFilter(value))
			.withMessage("The wildcard + must stand alone in its level of a topic filter.");
	}

	@Test
	void takes200LevelsAndNoMore() {
		assertThat(new TopicFilter("+/".repeat(199) + "#").levels()).hasSize(200);
		assertThatIllegalArgumentException().isThrownBy(() -> new TopicFilter("+/".repeat(200) + "#"))
			.withMessage("A topic filter has 201 levels; 200 are allowed.");
	}

	@Test
	void matchesWhatTheLevelsSay() {
		Random random = new Random(7);
		List<Topic> topics = TopicSamples.topics();
		for (int i = 0; i < 500; i++) {
			TopicFilter filter = TopicSamples.filter(random);
			for (Topic topic : topics) {
				boolean hidden = topic.reserved() && !filter.value().startsWith("$");
				assertThat(filter.matches(topic)).as("%s, %s", filter, topic)
					.isEqualTo(!hidden && matches(filter.levels(), topic.levels()));
			}
		}
	}

	private static boolean matches(List<String> filter, List<String> topic) {
		if (filter.isEmpty() || filter.get(0).equals("#")) {
			return !filter.isEmpty() || topic.isEmpty();
		}
		return !topic.isEmpty() && (filter.get(0).equals("+") || filter.get(0).equals(topic.get(0)))
				&& matches(filter.subList(1, filter.size()), topic.subList(1, topic.size()));
	}

	@Test
	void intersectsInWhatBothMatch() {
		Random random = new Random(11);
		List<Topic> topics = TopicSamples.topics();
		int empty = 0;
		for (int i = 0; i < 3000; i++) {
			TopicFilter one = TopicSamples.filter(random);
			TopicFilter other = TopicSamples.filter(random);
			TopicFilter both = one.intersection(other);
			for (Topic topic : topics) {
				assertThat(both != null && both.matches(topic)).as("%s and %s: %s of %s", one, other, topic, both)
					.isEqualTo(one.matches(topic) && other.matches(topic));
			}
			if (both == null) {
				empty++;
			}
			else {
				assertThat(topics).as("%s and %s: %s", one, other, both).anyMatch(both::matches);
			}
		}
		assertThat(empty).isBetween(500, 2500);
	}

	@ParameterizedTest
	@CsvSource({ "+, /#,", "/#, +,", "+/#, a/+, a/+", "a/#, +/b, a/b", "#, #, #", "a/#, a, a", "+, +/#, +", "#, $SYS,",
			"$SYS/+, +/a,", "$SYS/+, $SYS/a, $SYS/a", "a/+/c, +/b,", "a, b," })
	void intersects(String one, String other, @Nullable String both) {
		assertThat(new TopicFilter(one).intersection(new TopicFilter(other)))
			.isEqualTo((both != null) ? new TopicFilter(both) : null);
	}

	@Test
	void doesNotIntersectWhereATopicWouldBeTooLong() {
		TopicFilter one = new TopicFilter("a".repeat(40_000) + "/+");
		TopicFilter other = new TopicFilter("+/" + "b".repeat(40_000));
		assertThat(one.intersection(other)).isNull();
	}

}
