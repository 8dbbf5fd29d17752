package io.heliograph.notification;

import java.util.List;
import java.util.UUID;

import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.Packet;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** To whom a notification goes, and who may send it. */
class PublishTests extends ServerTests {

	@BeforeAll
	static void addUser() {
		heliograph.user("device").rule("device", "read", "#");
	}

	private static RawClient device(String id) {
		return RawClient.loggedIn(heliograph.mqttPort(), "device", id);
	}

	private static Answer publish(String json) {
		return admin.post("/api/publish", json).expect(202);
	}

	@Test
	void usesQos1UnlessToldOtherwise() {
		try (RawClient device = device("qos").subscribed("qos", 2)) {
			publish("{'topic':'qos','payload':'a'}");
			publish("{'topic':'qos','payload':'b','qos':0}");
			publish("{'topic':'qos','payload':'c','qos':1}");
			publish("{'topic':'qos','payload':'d','qos':2}");
			heliograph.publish("qos", "e", 2, false);
			assertThat(
					List.of(device.receive(), device.receive(), device.receive(), device.receive(), device.receive()))
				.extracting((packet) -> packet.payload() + packet.qos())
				.containsExactlyInAnyOrder("a1", "b0", "c1", "d2", "e2");
		}
	}

	@Test
	void isRetainedIfToldSoUntilItIsCleared() {
		publish("{'topic':'r/not','payload':'x'}");
		publish("{'topic':'r/json','payload':{'a': 1},'retain':true,'qos':0}");
		heliograph.publish("r/raw", "first", 1, true);
		heliograph.publish("r/raw", "second", 1, true);
		heliograph.publish("r/raw", "third", 1, false);
		try (RawClient device = device("retained").subscribed("r/#", 0)) {
			List<Packet> retained = List.of(device.receive(), device.receive());
			assertThat(retained).allMatch(Packet::retain);
			assertThat(retained).extracting((packet) -> packet.topic() + " " + packet.payload())
				.containsExactlyInAnyOrder("r/json {\"a\": 1}", "r/raw second");
			device.ping();
			publish("{'topic':'r/json','payload':'','retain':true}");
			publish("{'topic':'r/raw','retain':true}");
			Packet live = device.receive();
			assertThat(live.retain()).isFalse();
			assertThat(live.payload()).isEmpty();
		}
		try (RawClient device = device("retained-no-more").subscribed("r/#", 0)) {
			device.ping();
		}
	}

	@Test
	void tellsHowManySessionsItMatched() {
		assertThat(publish("{'topic':'copies/a'}").json().get("copies").asInt()).isZero();
		try (RawClient one = device("copies-1").subscribed("copies/a", 1);
				RawClient other = device("copies-2").subscribed("copies/#", 0)) {
			other.subscribed("copies/+", 1);
			Answer answer = publish("{'topic':'copies/a'}");
			assertThat(answer.json().get("copies").asInt()).isEqualTo(2);
			assertThat(UUID.fromString(answer.json().get("id").asString()).version()).isEqualTo(7);
			assertThat(answer.json().propertyNames()).containsExactly("id", "copies");
			assertThat(one.receive().topic()).isEqualTo(other.receive().topic()).isEqualTo("copies/a");
		}
	}

	@Test
	void arrivesInTheOrderOfTheRequests() {
		try (RawClient device = device("order").subscribed("order", 0)) {
			for (int i = 0; i < 50; i++) {
				heliograph.publish("order", String.valueOf(i), 1, false);
			}
			for (int i = 0; i < 50; i++) {
				assertThat(device.receive().payload()).isEqualTo(String.valueOf(i));
			}
		}
	}

	@Test
	void isForbiddenWithTheRuleThatDeniesIt() {
		heliograph.user("backend", "'PUBLISHER'");
		HttpCalls backend = heliograph.as("backend", "backend-secret");
		Answer ungranted = backend.post("/api/publish", "{'topic':'granted/x'}").expect(403);
		assertThat(ungranted.problem()).isEqualTo("forbidden");
		assertThat(ungranted.body()).contains(
				"The user 'backend' may not publish to 'granted/x': no access rule grants it. Ask an ADMIN for a rule that grants it.");
		heliograph.rule("backend", "write", "granted/#");
		backend.post("/api/publish", "{'topic':'granted/x'}").expect(202);
		heliograph.rule("backend", "read", "readable");
		backend.post("/api/publish", "{'topic':'readable'}").expect(403);
		long deny = heliograph.rule("backend", "deny", "granted/secret");
		assertThat(backend.post("/api/publish", "{'topic':'granted/secret'}").expect(403).body())
			.contains("the access rule " + deny + " denies it");
	}

	@Test
	void isForbiddenToAnAdminOnlyByRulesOfItsOwn() {
		heliograph.user("boss", "'ADMIN'");
		HttpCalls boss = heliograph.as("boss", "boss-secret");
		admin.post("/api/admin/acl/rules", "{'scope':'everyone','access':'deny','topic':'closed/#'}").expect(201);
		boss.post("/api/publish", "{'topic':'closed/x'}").expect(202);
		long deny = heliograph.rule("boss", "deny", "closed/y");
		assertThat(boss.post("/api/publish", "{'topic':'closed/y'}").expect(403).body())
			.contains("the access rule " + deny + " denies it");
		boss.post("/api/publish", "{'topic':'$SYS/x'}").expect(422);
	}

	@Test
	void isRefusedBeforeItIsRead() {
		assertThat(heliograph.anyone().post("/api/publish", "nonsense").expect(401).problem())
			.isEqualTo("unauthenticated");
		heliograph.user("roleless");
		assertThat(heliograph.as("roleless", "roleless-secret").post("/api/publish", "nonsense").expect(403).problem())
			.isEqualTo("forbidden");
	}

}
