package io.heliograph.devices;

import java.nio.file.Path;

import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Who is let in, and for how long. */
class LoginTests {

	@TempDir
	private static Path directory;

	@AutoClose
	private static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(directory).user("device");
		heliograph.rule("device", "readwrite", "#");
	}

	@Nested
	@ParameterizedClass
	@EnumSource(names = { "HIVEMQ_3", "HIVEMQ_5" })
	class OfHiveMq extends Scenarios {

		OfHiveMq(Client client) {
			super(client);
		}

		private final String user = this.fleet.own("user");

		private final Login login = Login.of(this.fleet.own("kept"), this.user).kept();

		private HiveMqDevice connected() {
			heliograph.user(this.user);
			heliograph.rule(this.user, "readwrite", this.fleet.topic("#"));
			return (HiveMqDevice) this.fleet.device(this.login).subscribed(1, this.fleet.topic("#"));
		}

		private HttpCalls.Answer change(String json) {
			return heliograph.admin().put("/api/admin/users/" + this.user, json).expect(200);
		}

		private void assertThatItEnds(HiveMqDevice device) {
			assertThat(device.awaitEnd()).as("administrative action").isEqualTo(this.client.v5() ? 0x98 : 0);
			this.fleet.awaitAway("kept");
		}

		private void assertThatItMissed(Login login, String... payloads) {
			Device back = this.fleet.device(login).subscribed(1, this.fleet.topic("#"));
			heliograph.publish(this.fleet.topic("t"), "end", 1, false);
			assertThat(back.receiveUntil("end")).containsExactly(payloads);
		}

		@Test
		void endsConnectionsWhenThePasswordChanges() {
			HiveMqDevice device = connected();
			change("{'password':'changed-secret'}");
			assertThatItEnds(device);
			assertThat(this.fleet.device(this.login).connect()).isEqualTo(this.client.v5() ? 0x87 : 5);
			heliograph.publish(this.fleet.topic("t"), "missed", 1, false);
			assertThatItMissed(this.login.password("changed-secret"), "missed");
		}

		@Test
		void endsConnectionsWhenTheUserIsDisabled() {
			HiveMqDevice device = connected();
			change("{'enabled':false}");
			assertThatItEnds(device);
			heliograph.publish(this.fleet.topic("t"), "missed", 1, false);
			assertThat(this.fleet.device(this.login).connect()).isEqualTo(this.client.v5() ? 0x87 : 5);
			change("{'enabled':true}");
			assertThatItMissed(this.login, "missed");
		}

		@Test
		void endsConnectionsAndSessionsWhenTheUserIsDeleted() {
			HiveMqDevice device = connected();
			heliograph.admin().delete("/api/admin/users/" + this.user).expect(204);
			assertThatItEnds(device);
			assertThatItIsRefused(this.login);
			heliograph.publish(this.fleet.topic("t"), "missed", 1, false);

			connected();
			assertThatItMissed(this.login);
		}

		@Test
		void keepsConnectionsWhenNothingOfTheLoginChanges() {
			HiveMqDevice device = connected();
			change("{'role':'PUBLISHER'}");
			change("{'enabled':true}");
			heliograph.publish(this.fleet.topic("t"), "end", 1, false);
			assertThat(device.receiveUntil("end")).isEmpty();
		}

	}

	@Nested
	@MosquittoClients
	class OfMosquitto extends Scenarios {

		OfMosquitto(Client client) {
			super(client);
		}

	}

	abstract static class Scenarios {

		final Client client;

		@AutoClose
		final Fleet fleet;

		Scenarios(Client client) {
			this.client = client;
			this.fleet = new Fleet(heliograph, client);
		}

		void assertThatItIsRefused(Login login) {
			assertThat(this.fleet.device(login).connect()).isEqualTo(this.client.v5() ? 0x87 : 5);
			assertThat(heliograph.sessions().find(new ClientId(login.id()))).isEmpty();
		}

		@Test
		void refusesAWrongPassword() {
			Login login = this.fleet.login("d", "device");
			assertThatItIsRefused(login.password("device-Secret"));
			assertThatItIsRefused(login.password("device-secret "));
			assertThatItIsRefused(login.password(""));
			assertThat(this.fleet.device(login).connect()).isZero();
			assertThatItIsRefused(this.fleet.login("again", "device").password("wrong"));
		}

		@Test
		void refusesAnUnknownUser() {
			assertThatItIsRefused(this.fleet.login("d", "nobody"));
			assertThatItIsRefused(this.fleet.login("d", "Device").password("device-secret"));
		}

		@Test
		void refusesADisabledUser() {
			String user = this.fleet.own("user");
			heliograph.admin()
				.post("/api/admin/users", "{'name':'%s','password':'%s-secret','enabled':false}".formatted(user, user))
				.expect(201);
			Login login = this.fleet.login("d", user);
			assertThatItIsRefused(login);
			heliograph.admin().put("/api/admin/users/" + user, "{'enabled':true}").expect(200);
			assertThat(this.fleet.device(login).connect()).isZero();
		}

		@Test
		void refusesWhoGivesNoUser() {
			assertThatItIsRefused(Login.anonymous(this.fleet.own("d")));
		}

	}

}
