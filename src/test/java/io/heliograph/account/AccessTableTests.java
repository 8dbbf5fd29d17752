package io.heliograph.account;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.heliograph.testing.Endpoint;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table in README.md that says who may use which endpoint: it has all of them, and it
 * is true. What is attempted here changes nothing where it is allowed: it names what
 * there is not, and its body is none.
 */
class AccessTableTests extends ServerTests {

	private static final Path README = Path.of("README.md");

	/** What stands in the columns of who, in their order. */
	private static final String HEADING = "| endpoint | ADMIN | OPERATOR | PUBLISHER | other user | nobody "
			+ "| scope of an API key |";

	private static final Pattern ENDPOINT = Pattern.compile("`(?<methods>[A-Z ]+) (?<path>/\\S*)`(, |$)");

	/** The columns of who. */
	private static final Map<String, HttpCalls> USERS = new LinkedHashMap<>();

	/** Keys of an ADMIN by their only scope. */
	private static final Map<String, HttpCalls> KEYS = new LinkedHashMap<>();

	/** Keys of users with all scopes, by column. */
	private static final Map<String, HttpCalls> KEYS_OF_USERS = new LinkedHashMap<>();

	@BeforeAll
	static void addUsersAndKeys() {
		heliograph.user("operator", "'OPERATOR'").user("publisher", "'PUBLISHER'").user("device");
		USERS.put("ADMIN", heliograph.admin());
		USERS.put("OPERATOR", heliograph.as("operator", "operator-secret"));
		USERS.put("PUBLISHER", heliograph.as("publisher", "publisher-secret"));
		USERS.put("other user", heliograph.as("device", "device-secret"));
		USERS.put("nobody", heliograph.anyone());
		for (KeyScope scope : KeyScope.values()) {
			KEYS.put(scope.toString(), key("admin", "'" + scope + "'"));
		}
		String all = "'publish','admin:read','admin:write'";
		KEYS_OF_USERS.putAll(Map.of("ADMIN", key("admin", all), "OPERATOR", key("operator", all), "PUBLISHER",
				key("publisher", all), "other user", key("device", all)));
	}

	private static HttpCalls key(String owner, String scopes) {
		return heliograph.withKey(
				admin.post("/api/admin/api-keys", "{'name':'test','owner':'%s','scopes':[%s]}".formatted(owner, scopes))
					.expect(201)
					.json()
					.get("token")
					.asString());
	}

	/** A line of the table for each endpoint that it names. */
	static List<Row> rows() throws IOException {
		List<String> lines = Files.readAllLines(README);
		assertThat(lines).containsOnlyOnce(HEADING);
		return lines.subList(lines.indexOf(HEADING) + 2, lines.size())
			.stream()
			.takeWhile((line) -> line.startsWith("|"))
			.flatMap(AccessTableTests::rows)
			.toList();
	}

	private static Stream<Row> rows(String line) {
		String[] cells = Stream.of(line.substring(1).split("\\|")).map(String::strip).toArray(String[]::new);
		assertThat(cells).as(line).hasSize(HEADING.split("\\|").length - 1);
		assertThat(cells[cells.length - 1]).as("the scope in %s", line).matches("any|`[a-z:]+`");
		Map<String, Boolean> allowed = new LinkedHashMap<>();
		for (String column : USERS.keySet()) {
			String cell = cells[allowed.size() + 1];
			assertThat(cell).as("%s in %s", column, line).isIn("yes", "");
			allowed.put(column, cell.equals("yes"));
		}
		String scope = cells[cells.length - 1].replace("`", "");
		return endpoints(cells[0]).stream().map((endpoint) -> new Row(endpoint, allowed, scope));
	}

	private static List<Endpoint> endpoints(String cell) {
		List<Endpoint> endpoints = new ArrayList<>();
		Matcher matcher = ENDPOINT.matcher(cell);
		int end = 0;
		while (matcher.find() && matcher.start() == end) {
			end = matcher.end();
			for (String method : matcher.group("methods").split(" ")) {
				endpoints.add(new Endpoint(method, matcher.group("path")));
			}
		}
		assertThat(end).as("how endpoints are written in %s", cell).isEqualTo(cell.length());
		return endpoints;
	}

	@Test
	void hasEachEndpointOnce() throws IOException {
		assertThat(rows()).extracting(Row::endpoint).containsExactlyInAnyOrderElementsOf(heliograph.endpoints());
	}

	@ParameterizedTest
	@MethodSource("rows")
	void isTrue(Row row) {
		long rowsBefore = lastAuditRow();
		USERS.forEach((who, calls) -> {
			int refused = who.equals("nobody") ? 401 : 403;
			check(row, who, calls, row.allowed.get(who), refused);
		});
		KEYS.forEach((scope, calls) -> check(row, "a key of ADMIN for " + scope, calls,
				row.allowed.get("ADMIN") && (row.scope.equals(scope) || row.scope.equals("any")), 403));
		KEYS_OF_USERS.forEach(
				(owner, calls) -> check(row, "a key of " + owner + " for all", calls, row.allowed.get(owner), 403));
		assertThat(lastAuditRow()).as("what was attempted changed nothing").isEqualTo(rowsBefore);
	}

	private static void check(Row row, String who, HttpCalls calls, boolean allowed, int refused) {
		List<String> methods = row.endpoint.method().equals("GET") ? List.of("GET", "HEAD")
				: List.of(row.endpoint.method());
		for (String method : methods) {
			int status = attempt(calls, method, row.endpoint.path());
			if (allowed) {
				assertThat(status).as("%s %s by %s", method, row.endpoint.path(), who)
					.isNotIn(401, 403)
					.isLessThan(500);
			}
			else {
				assertThat(status).as("%s %s by %s", method, row.endpoint.path(), who).isEqualTo(refused);
			}
		}
	}

	private static int attempt(HttpCalls calls, String method, String path) {
		String unknown = path.replaceAll("\\{[^}]*}", "999999").replace("**", "liveness");
		return calls
			.send(unknown,
					HttpRequest.newBuilder()
						.header("Content-Type", "application/json")
						.method(method, BodyPublishers.ofString("{")))
			.status();
	}

	private static long lastAuditRow() {
		return admin.get("/api/admin/audit?limit=1000")
			.expect(200)
			.json()
			.get("items")
			.values()
			.stream()
			// of those who made the attempts
			.filter((row) -> !row.get("action").asString().equals("login"))
			.findFirst()
			.orElseThrow()
			.get("id")
			.asLong();
	}

	/**
	 * What the table says of an endpoint.
	 *
	 * @param allowed whether it may be used, by column
	 * @param scope the scope of API keys that may use it, or {@code any}
	 */
	record Row(Endpoint endpoint, Map<String, Boolean> allowed, String scope) {

		@Override
		public String toString() {
			return this.endpoint.toString();
		}

	}

}
