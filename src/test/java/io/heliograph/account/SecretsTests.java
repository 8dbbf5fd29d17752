package io.heliograph.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.heliograph.testing.HeliographProcess;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.RawHttp;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Secrets that were used as they should be, and where they do not belong, are then looked
 * for in all that the server writes and answers. Those that somebody chose hold the word
 * {@code planted}; the log has what can be said of our classes, of the network and of the
 * database, and the bodies of requests and answers as Spring writes them.
 */
class SecretsTests {

	/** In the table of passwords, and in the snapshots of it. */
	private static final Pattern HASH = Pattern
		.compile("\\$2[aby]\\$\\d\\d\\$[./A-Za-z0-9]{53}|\\$sha256\\$[A-Za-z0-9+/]+\\$[A-Za-z0-9+/]+");

	private static final String BROUGHT = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";

	/** What is to hold hashes. */
	private static final Pattern SECRET_FILES = Pattern.compile("heliograph\\.mv\\.db|snapshot-.*\\.sql");

	/** What is to hold a password. */
	private static final String INITIAL = "initial-admin-password";

	private static final String ADMIN = "planted-admin";

	private static final String[] VERBOSE = { "logging.level.io.heliograph=trace", "logging.level.io.moquette=debug",
			"logging.level.io.netty=debug", "logging.level.org.h2=debug", "logging.level.com.zaxxer=debug",
			"logging.level.org.flywaydb=debug", "logging.level.org.springframework.jdbc=debug",
			level("RequestResponseBodyMethodProcessor"), level("HttpEntityMethodProcessor") };

	@TempDir
	private static Path data;

	private static HeliographProcess process;

	/** All but those that are to show a secret. */
	private static final List<String> answers = new ArrayList<>();

	/** What must be nowhere. */
	private static final Set<String> secrets = new LinkedHashSet<>(Set.of("planted", BROUGHT));

	/** What may be in {@link #SECRET_FILES} only. */
	private static final Set<String> hashes = new LinkedHashSet<>(Set.of(BROUGHT));

	private static String processList;

	private static String level(String ofSpring) {
		return "logging.level.org.springframework.web.servlet.mvc.method.annotation." + ofSpring + "=trace";
	}

	@BeforeAll
	static void plant() throws IOException {
		process = HeliographProcess.withEnvironment(Map.of("HELIOGRAPH_ADMIN_PASSWORD", ADMIN), data, VERBOSE)
			.awaitReady();
		HttpCalls admin = process.as("admin", ADMIN);
		plantWhereTheyBelong(admin);
		plantInBodies(admin);
		plantInHeadersAndQueries(admin);
		plantOverMqtt();
		for (String list : List.of("users", "users/glass", "api-keys", "acl", "acl/rules", "audit?limit=1000")) {
			told(admin.get("/api/admin/" + list).expect(200));
		}
		told(admin.get("/actuator/health").expect(200));
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> snapshots().contains("'late'"));
		HASH.matcher(snapshots()).results().map(MatchResult::group).forEach(hashes::add);
		secrets.addAll(hashes);
		processList = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
		process.terminate();
		process.awaitExit();
	}

	@AfterAll
	static void end() {
		process.close();
	}

	private static void plantWhereTheyBelong(HttpCalls admin) {
		told(admin.post("/api/admin/users", "{'name':'glass','password':'planted-glass'}").expect(201));
		told(admin.put("/api/admin/users/glass", "{'password':'planted-new'}").expect(200));
		shown(admin.post("/api/admin/users/glass/passwords", "{}").expect(201), "password");
		told(admin.post("/api/admin/users", "{'name':'brought','passwordHash':'" + BROUGHT + "'}").expect(201));
		shown(admin.post("/api/admin/users", "{'name':'made'}").expect(201), "password");
		shown(admin.post("/api/admin/api-keys", "{'name':'key','owner':'admin','scopes':['admin:read','publish']}")
			.expect(201), "token");
		String token = shown(admin.post("/api/admin/api-keys/1/secrets", "").expect(201), "token");
		told(process.authorized("Bearer " + token).get("/api/admin/users").expect(200));
		told(process.authorized("Bearer " + token.substring(0, token.length() - 1))
			.get("/api/admin/users")
			.expect(401));
		told(process.as(token, "").get("/api/admin/users").expect(401));
	}

	private static void plantInBodies(HttpCalls admin) {
		String users = "/api/admin/users";
		for (String body : List.of("{'name':'x','password':['planted-list']}", "{'name':'x','password':{'planted':1}}",
				"{'name':'x','password':planted-bare}", "{'name':'x','password':'planted-open",
				"{'name':'x','password':'planted-a','password':'planted-b'}",
				"{'name':'x','password':'planted-\\u0000'}", "{'name':'x','password':'planted" + "-".repeat(80) + "'}",
				"{'name':'x','pasword':'planted-unknown'}",
				"{'name':'x','password':'planted-x','passwordHash':'planted-y'}", "'planted-text'", "['planted-list']",
				"{'name':{'password':'planted-nested'}}", "{'name':'x','role':'planted-role'}", "planted",
				"{'name':'x','passwordHash':'planted-hash'}", "{'name':'x','passwordHash':'$2a$10$planted'}",
				"{'name':'x','passwordHash':'$6$planted$planted'}", "{'name':'x','passwordHash':'$7$9$planted$x'}",
				"{'name':'x','passwordHash':'$argon2id$v=19$m=planted$x$x'}", "{'name':'x','passwordHash':7}")) {
			assertThat(told(admin.post(users, body)).status()).as(body).isIn(400, 422);
			assertThat(told(admin.put("/api/admin/users/glass", body)).status()).as(body).isIn(400, 422);
			assertThat(told(admin.post("/api/admin/users/glass/passwords", body)).status()).as(body)
				.isIn(400, 422, 409);
		}
		for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
			told(admin.send(users,
					HttpRequest.newBuilder()
						.header("Content-Type", type)
						.POST(BodyPublishers.ofString("password=planted"))))
				.expect(415);
		}
	}

	/** Not in paths: what those name is no secret, and repeated. */
	private static void plantInHeadersAndQueries(HttpCalls admin) {
		told(admin.get("/api/admin/users?password=planted-query").expect(400));
		told(admin.post("/api/publish?topic=a&password=planted-query", "{}").expect(400));
		told(admin.get("/nothing?password=planted-query").expect(404));
		told(process.authorized(null).get("/api/admin/users?token=planted-query").expect(401));
		for (String header : List.of("Basic planted", "Basic " + base64("planted-alone"), "Planted planted-scheme",
				"Bearer planted-bearer", "Bearer", "Basic " + base64("planted-user:planted-password"),
				"Basic " + base64("glass:planted-wrong"))) {
			// held off after some of them
			assertThat(told(process.authorized(header).get("/api/admin/users")).status()).as(header).isIn(401, 429);
		}
		shown(process.as("admin", ADMIN).post("/api/admin/users", "{'name':'late'}").expect(201), "password");
	}

	private static String base64(String credentials) {
		String encoded = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
		secrets.add(encoded);
		return encoded;
	}

	private static void plantOverMqtt() {
		int port = process.mqttPort();
		for (byte[] connect : List.of(RawClient.connect("glass", "planted-mqtt", "a", true),
				RawClient.connect("planted-user", "planted-password", "b", true),
				RawClient.connect("planted-user", "", "c", true))) {
			try (RawClient client = new RawClient(port)) {
				client.send(connect).receive();
			}
		}
		try (RawClient client = new RawClient(port)) {
			client.send(RawClient.connect("glass", "planted-new", "d", true)).receive();
		}
		try (RawHttp http = new RawHttp(port)) {
			// as long as the packet that it looks like
			http.send("GET / HTTP/1.1\r\nAuthorization: Basic planted" + "-".repeat(100) + "\r\n\r\n").receiveAll();
		}
	}

	/** An answer that must not hold a secret. */
	private static Answer told(Answer answer) {
		answers.add(answer.response().uri().getPath() + " " + answer.response().headers().map() + answer.body());
		return answer;
	}

	/** The one answer that is to hold a secret, which is returned. */
	private static String shown(Answer answer, String field) {
		JsonNode secret = answer.json().get(field);
		secrets.add(secret.asString());
		assertThat(answer.header("Cache-Control")).contains("no-store");
		return secret.asString();
	}

	private static String snapshots() throws IOException {
		StringBuilder text = new StringBuilder();
		try (Stream<Path> files = Files.list(data)) {
			for (Path file : files.filter((one) -> one.getFileName().toString().endsWith(".sql")).toList()) {
				text.append(Files.readString(file));
			}
		}
		return text.toString();
	}

	private static List<String> foundIn(String text) {
		return secrets.stream().filter(text::contains).toList();
	}

	@Test
	void areManyAndHashed() {
		assertThat(hashes).hasSizeGreaterThanOrEqualTo(6);
		assertThat(secrets).anyMatch((secret) -> secret.startsWith("hgp_"))
			.anyMatch((secret) -> secret.startsWith("hgk_1_"))
			.anyMatch((secret) -> secret.startsWith("$sha256$"));
	}

	@Test
	void areNotInTheLog() {
		String log = process.output();
		assertThat(log).as("the log says much").contains("HttpEntityMethodProcessor", "Closed the connection of");
		assertThat(foundIn(log)).as(() -> lines(log)).isEmpty();
	}

	private static String lines(String log) {
		return String.join("\n", log.lines().filter((line) -> !foundIn(line).isEmpty()).toList());
	}

	@Test
	void areInNoOtherAnswer() {
		assertThat(answers).hasSizeGreaterThan(60)
			.allSatisfy((answer) -> assertThat(foundIn(answer)).as(answer).isEmpty());
	}

	/**
	 * The environment has the password that was set there; only the owner may read it.
	 */
	@Test
	void areNotInTheProcessList() {
		assertThat(processList).contains("HeliographApplication");
		assertThat(foundIn(processList)).isEmpty();
	}

	@Test
	void areInNoFileButAsHashesWhereTheyBelong() throws IOException {
		List<String> kept = new ArrayList<>();
		try (Stream<Path> files = Files.walk(data)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				String content = Files.readString(file, StandardCharsets.ISO_8859_1);
				List<String> found = new ArrayList<>(foundIn(content));
				if (SECRET_FILES.matcher(file.getFileName().toString()).matches()) {
					// the first snapshot is older than they are
					kept.addAll(found);
					found.removeAll(hashes);
					assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).as("%s", file)
						.isEqualTo("rw-------");
				}
				assertThat(found).as("%s", file).isEmpty();
			}
		}
		assertThat(kept).containsAnyElementsOf(hashes);
	}

	@Test
	void areInOneFileIfTheyAreGenerated(@TempDir Path other) throws IOException {
		try (HeliographProcess first = HeliographProcess.withEnvironment(Map.of(), other, VERBOSE).awaitReady()) {
			Path file = other.resolve(INITIAL);
			String password = Files.readString(file).strip();
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
			first.as("admin", password).get("/api/admin/users").expect(200);
			assertThat(first.output()).doesNotContain(password);
			try (Stream<Path> files = Files.walk(other)) {
				assertThat(files.filter(Files::isRegularFile)
					.filter((one) -> !one.equals(file))
					.map(SecretsTests::content)).noneMatch((content) -> content.contains(password));
			}
		}
	}

	private static String content(Path file) {
		try {
			return Files.readString(file, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A setting that is refused is repeated, but not this one. */
	@ParameterizedTest
	@ValueSource(strings = { "HELIOGRAPH_ADMIN_PASSWORD", "HELIOGRAPH_ADMIN" })
	void areNotInTheReasonOfAStartThatFails(String variable, @TempDir Path other) {
		Map<String, String> environment = Map.of(variable, "planted" + "-".repeat(80));
		try (HeliographProcess failing = HeliographProcess.withEnvironment(environment, other)) {
			assertThat(failing.awaitExit()).isEqualTo(1);
			assertThat(failing.output()).contains("heliograph.admin").doesNotContain("planted");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "*planted", "!planted x", "@planted", "%planted", "planted: x", "\"planted", "{planted",
			"&planted", "`planted", "|planted", "[planted" })
	void areNotInTheReasonThatAFileIsNotYaml(String password, @TempDir Path other) throws IOException {
		Path file = other.resolve("application.yaml");
		Files.writeString(file, "heliograph:\n  admin:\n    password: " + password + "\n  io-threads: none\n");
		try (HeliographProcess failing = HeliographProcess.withEnvironment(Map.of(), other.resolve("data"),
				"spring.config.additional-location=" + file)) {
			assertThat(failing.awaitExit()).isEqualTo(1);
			assertThat(failing.output()).doesNotContain("planted");
		}
	}

}
