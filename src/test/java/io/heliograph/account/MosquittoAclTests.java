package io.heliograph.account;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.heliograph.account.AccessRule.Access;
import io.heliograph.account.AccessRule.Scope;
import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of Mosquitto's ACL files decide as Mosquitto 2.0.11 does, which was asked for
 * each of these rows.
 */
class MosquittoAclTests {

	private static final String OF_THE_SERVER = "writing to $… is nobody's right";

	private static final String WHOLE_LEVELS = "a variable is a whole level";

	private static final String ONE_LEVEL = "a name with / does not stand for two levels";

	/** The rows that Heliograph decides otherwise, and why: it denies them all. */
	private static final Map<Integer, String> OTHERWISE = Map.of(49, OF_THE_SERVER, 103, OF_THE_SERVER, 203,
			OF_THE_SERVER, 97, WHOLE_LEVELS, 123, ONE_LEVEL);

	private static Stream<String> lines(String file) {
		try (BufferedReader reader = new BufferedReader(new InputStreamReader(
				Objects.requireNonNull(MosquittoAclTests.class.getResourceAsStream("/mosquitto/acl/" + file)),
				StandardCharsets.UTF_8))) {
			return reader.lines().filter((line) -> !line.isBlank() && !line.startsWith("#")).toList().stream();
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	static Stream<Row> rows() {
		return lines("acl-vectors.tsv").map((line) -> line.split("\t"))
			.map((cells) -> new Row(Integer.parseInt(cells[0]), cells[1], cells[2],
					cells[3].equals("-") ? null : cells[3], Action.valueOf(cells[4].toUpperCase(Locale.ROOT)), cells[5],
					cells[6]));
	}

	@ParameterizedTest
	@MethodSource("rows")
	void decideAsMosquittoDoes(Row row) {
		boolean expected = row.decision.equals("allow") && !OTHERWISE.containsKey(row.number);
		AclFile file = new AclFile(row.file);
		boolean valid = row.topic.indexOf('+') < 0;
		assertThat(valid && file.rules()
			.decide(new Subject(file.idOf(row.user), row.user, row.client), row.action, new Topic(row.topic))
			.allowed()).isEqualTo(expected);
	}

	@Test
	void differOnlyWhereMosquittoAllows() {
		assertThat(rows()).hasSize(78);
		assertThat(rows().filter((row) -> OTHERWISE.containsKey(row.number)).map(Row::decision)).hasSize(5)
			.containsOnly("allow");
	}

	/** A row of the table. */
	record Row(int number, String file, String client, @Nullable String user, Action action, String topic,
			String decision) {
	}

	/** An ACL file as rules; the id of a user is the place of its name. */
	private static final class AclFile {

		private final Map<String, Long> users = new HashMap<>();

		private final List<AccessRule> rules = new ArrayList<>();

		AclFile(String name) {
			String user = null;
			for (String line : lines(name).toList()) {
				String[] words = line.split(" ", 2);
				switch (words[0]) {
					case "user" -> user = words[1];
					case "topic" -> add((user != null) ? Scope.USER : Scope.ANONYMOUS, idOf(user), words[1]);
					case "pattern" -> add(Scope.EVERYONE, null, words[1]);
					default -> throw new IllegalArgumentException(line);
				}
			}
		}

		private void add(Scope scope, @Nullable Long user, String text) {
			String[] words = text.split(" ", 2);
			Access access = (words.length == 2) ? Access.valueOf(words[0].toUpperCase(Locale.ROOT)) : Access.READWRITE;
			this.rules.add(new AccessRule(this.rules.size(), scope, user, access,
					new TopicFilter(words[words.length - 1].strip())));
		}

		@Nullable Long idOf(@Nullable String user) {
			return (user != null) ? this.users.computeIfAbsent(user, (name) -> (long) this.users.size()) : null;
		}

		RuleSet rules() {
			return RuleSet.of(this.rules, false);
		}

	}

}
