package io.heliograph.account;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.RawHttp;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Who is kept out, and until when. */
class BanControllerTests extends ServerTests {

	private static final String BANS = "/api/admin/bans";

	private static final String ELSEWHERE = "127.0.0.77";

	private static final int NOT_AUTHORIZED = 5;

	@BeforeAll
	static void addUser() {
		heliograph.user("glass", "'OPERATOR'");
	}

	private static long ban(String fields) {
		return admin.post(BANS, "{" + fields + "}").expect(201).json().get("id").asLong();
	}

	private static void lift(long id) {
		admin.delete(BANS + "/" + id).expect(204);
	}

	private static RawClient connect(String from, String id) {
		return new RawClient(new InetSocketAddress("127.0.0.1", heliograph.mqttPort()), from)
			.send(RawClient.connect("glass", "glass-secret", id, false));
	}

	private static int code(String from, String id) {
		try (RawClient client = connect(from, id)) {
			Packet answer = client.receive();
			return answer.body()[1];
		}
	}

	private static String get(String from, String path) {
		try (RawHttp http = new RawHttp(heliograph.httpPort(), from)) {
			return http.request("GET " + path, List.of(RawHttp.user("glass"), "Connection: close"), "").receiveAll();
		}
	}

	@Test
	void isAClientId() {
		try (RawClient banned = connect("127.0.0.1", "banned").accepted();
				RawClient other = connect("127.0.0.1", "other").accepted()) {
			long ban = ban("'clientId':'banned','reason':'floods'");
			assertThat(banned.closedByServer()).isTrue();
			other.ping();
			assertThat(code("127.0.0.1", "banned")).isEqualTo(NOT_AUTHORIZED);
			lift(ban);
			assertThat(code("127.0.0.1", "banned")).isZero();
		}
	}

	@Test
	void isAUserOverMqttAndHttp() {
		try (RawClient device = connect("127.0.0.1", "of-user").accepted()) {
			assertThat(get("127.0.0.1", BANS)).startsWith("HTTP/1.1 200 ");
			long ban = ban("'user':'glass'");
			assertThat(device.closedByServer()).isTrue();
			assertThat(code("127.0.0.1", "of-user")).isEqualTo(NOT_AUTHORIZED);
			assertThat(get("127.0.0.1", BANS)).startsWith("HTTP/1.1 403 ").contains("is banned");
			lift(ban);
			assertThat(code("127.0.0.1", "of-user")).isZero();
			assertThat(get("127.0.0.1", BANS)).startsWith("HTTP/1.1 200 ");
		}
	}

	@Test
	void isToldWhoHasTheRightCredentialsOnly() {
		heliograph.user("told", "'OPERATOR'");
		String token = admin.post("/api/admin/api-keys", "{'name':'k','owner':'told','scopes':['admin:read']}")
			.expect(201)
			.json()
			.get("token")
			.asString();
		heliograph.withKey(token).get(BANS).expect(200);
		long ban = ban("'user':'told'");
		assertThat(heliograph.as("told", "told-secret").get(BANS).expect(403).body())
			.contains("The user that this comes from is banned.");
		assertThat(heliograph.withKey(token).get(BANS).expect(403).body()).contains("is banned");
		assertThat(heliograph.as("told", "wrong").get(BANS).expect(401).body()).doesNotContain("banned");
		heliograph.withKey(token + "x").get(BANS).expect(401);
		assertThat(admin.get("/api/admin/denials?user=told").expect(200).json().get("items").values())
			.extracting((row) -> row.get("reason").asString() + " " + row.get("count").asInt())
			.containsExactlyInAnyOrder("banned 2", "bad-credentials 1");
		lift(ban);
		heliograph.withKey(token).get(BANS).expect(200);
	}

	@Test
	void isANetworkOverMqttAndHttp() {
		try (RawClient there = connect(ELSEWHERE, "there").accepted();
				RawClient here = connect("127.0.0.1", "here").accepted()) {
			assertThat(get(ELSEWHERE, "/actuator/health")).startsWith("HTTP/1.1 200 ");
			List<Long> others = List.of(ban("'network':'10.0.0.0/8'"), ban("'network':'2001:db8::/64'"),
					ban("'network':'127.0.0.96/27'"));
			here.ping();
			there.ping();
			long ban = ban("'network':'127.0.0.64/27'");
			others.forEach(BanControllerTests::lift);
			assertThat(there.closedByServer()).isTrue();
			here.ping();
			assertThat(code(ELSEWHERE, "there")).isEqualTo(NOT_AUTHORIZED);
			assertThat(get(ELSEWHERE, "/actuator/health")).startsWith("HTTP/1.1 403 ").contains("is banned");
			assertThat(get(ELSEWHERE, "/nothing")).startsWith("HTTP/1.1 403 ");
			assertThat(get("127.0.0.1", BANS)).startsWith("HTTP/1.1 200 ");
			lift(ban);
			assertThat(code(ELSEWHERE, "there")).isZero();
			assertThat(get(ELSEWHERE, BANS)).startsWith("HTTP/1.1 200 ");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "'user':'mortal'", "'clientId':'mortal-device'", "'network':'127.0.0.64/27'" })
	void publishesNoWill(String who) {
		if (admin.get("/api/admin/users/mortal").status() == 404) {
			heliograph.user("mortal").rule("mortal", "readwrite", "wills/#");
			heliograph.rule("glass", "read", "wills/#");
		}
		try (RawClient watcher = connect("127.0.0.1", "watcher").accepted().subscribed("wills/#", 0);
				RawClient mortal = new RawClient(new InetSocketAddress("127.0.0.1", heliograph.mqttPort()),
						ELSEWHERE)) {
			mortal.send(RawClient.connectWithWill("mortal", "mortal-device", "wills/mortal", "gone")).accepted();
			long ban = ban(who);
			assertThat(mortal.closedByServer()).isTrue();
			heliograph.publish("wills/none", "sentinel", 0, false);
			assertThat(watcher.receive().payload()).isEqualTo("sentinel");
			lift(ban);
		}
		assertThat(admin.get("/api/admin/denials?user=mortal&kind=publish").body()).contains("\"banned\"");
	}

	@Test
	void isToldInMqtt5() {
		long ban = ban("'network':'" + ELSEWHERE + "'");
		try (RawClient client = new RawClient(new InetSocketAddress("127.0.0.1", heliograph.mqttPort()), ELSEWHERE)
			.send(RawClient.connect(5, "five", true))) {
			assertThat(client.receive().body()[1] & 0xff).isEqualTo(0x8a);
		}
		lift(ban);
	}

	@ParameterizedTest
	@ValueSource(strings = { "'clientId':'for-a-while'", "'user':'glass'", "'network':'127.0.0.64/27'" })
	void isLetInAgainInTime(String who) {
		Instant soon = Instant.now().plusSeconds(2);
		long ban = ban(who + ",'expiresAt':'" + soon + "'");
		assertThat(code(ELSEWHERE, "for-a-while")).isEqualTo(NOT_AUTHORIZED);
		await().atMost(Duration.ofSeconds(20)).until(() -> code(ELSEWHERE, "for-a-while") == 0);
		assertThat(Instant.now()).isAfter(soon);
		admin.get(BANS + "/" + ban).expect(404);
		admin.delete(BANS + "/" + ban).expect(404);
		assertThat(admin.get(BANS).json().get("items")).isEmpty();
		lift(ban("'clientId':'another'"));
	}

	@Test
	void isNotWhoAsks() {
		for (String fields : List.of("'user':'admin'", "'network':'127.0.0.0/8'", "'network':'127.0.0.1'")) {
			assertThat(admin.post(BANS, "{" + fields + "}").expect(409).body()).contains("would keep you out yourself");
		}
		assertThat(admin.get(BANS).expect(200).json().get("items").size()).isZero();
	}

	@Test
	void isListedAndTakenDown() {
		Answer added = admin.post(BANS, "{'network':'2001:db8::/32','reason':'why','expiresAt':'2999-01-01T00:00:00Z'}")
			.expect(201);
		long id = added.json().get("id").asLong();
		assertThat(added.body()).startsWith("{\"id\":" + id
				+ ",\"clientId\":null,\"user\":null,\"network\":\"2001:db8:0:0:0:0:0:0/32\",\"reason\":\"why\",\"createdBy\":\"admin\",");
		assertThat(added.header("Location")).isEqualTo(BANS + "/" + id);
		assertThat(admin.get(BANS + "/" + id).body()).isEqualTo(added.body());
		assertThat(admin.get(BANS).json().get("items").toString()).isEqualTo("[" + added.body() + "]");
		lift(id);
		assertThat(admin.get("/api/admin/audit?target=bans/" + id).json().get("items").values())
			.extracting((row) -> row.get("action").asString())
			.containsExactly("ban.delete", "ban.create");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "'reason':'x' | Give one of", "'user':'glass','clientId':'b' | Give one of",
					"'network':'localhost' | A network is an address", "'network':'10.0.0.1/8' | write 10.0.0.0/8",
					"'clientId':'\\u0000' | U+0000", "'user':'ghost' | There is no user 'ghost'",
					"'user':'glass','expiresAt':'2020-01-01T00:00:00Z' | is past",
					"'user':'glass','expiresAt':'+10000-01-01T00:00:00Z' | give a time as",
					"'user':'glass','reason':'\\n' | none of them a control character" })
	void isNobodyByWhatIsNoBan(String fields, String detail) {
		assertThat(admin.post(BANS, "{" + fields + "}").expect(422).json().get("detail").asString()).contains(detail);
	}

	@Test
	void isKeptOutAfterARestart(@TempDir Path directory) {
		try (Heliograph first = Heliograph.start(directory)) {
			first.user("glass").admin().post(BANS, "{'user':'glass','reason':'x'}").expect(201);
		}
		try (Heliograph second = Heliograph.start(directory)) {
			assertThat(second.admin().get(BANS).json().get("items").get(0).get("user").asString()).isEqualTo("glass");
			try (RawClient client = new RawClient(second.mqttPort())
				.send(RawClient.connect("glass", "glass-secret", "device", true))) {
				assertThat(client.receive().body()[1]).isEqualTo((byte) NOT_AUTHORIZED);
			}
		}
	}

}
