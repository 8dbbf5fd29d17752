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
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Who is let in, and for how long. */
class LoginTests {

	@TempDir
	private static Path directory;

	@AutoClose
	private static Heliograph heliograph;

	/** All wrong passwords of all clients come from one address. */
	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(directory, "heliograph.passwords.max-failures=1000");
		heliograph.user("device").rule("device", "readwrite", "#");
	}

	@Nested
	@EnumSource(names = { "HIVEMQ_3", "HIVEMQ_5" })
	class OfHiveMq extends Scenarios {

		private final String user = this.fleet.own("user");

		private final Login login = this.fleet.login("kept", this.user).kept();

		OfHiveMq(Client client) {
			super(heliograph, client);
		}

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
			assertThatItIsRefused(this.login);
			heliograph.publish(this.fleet.topic("t"), "missed", 1, false);
			assertThatItMissed(this.login.password("changed-secret"), "missed");
		}

		@Test
		void endsConnectionsWhenTheUserIsDisabled() {
			HiveMqDevice device = connected();
			change("{'enabled':false}");
			assertThatItEnds(device);
			heliograph.publish(this.fleet.topic("t"), "missed", 1, false);
			assertThatItIsRefused(this.login);
			change("{'enabled':true}");
			assertThatItMissed(this.login, "missed");
		}

		@Test
		void endsConnectionsAndSessionsWhenTheUserIsDeleted() {
			HiveMqDevice device = connected();
			heliograph.admin().delete("/api/admin/users/" + this.user).expect(204);
			assertThatItEnds(device);
			assertThatItIsRefused(this.login);
			assertThat(heliograph.sessions().find(new ClientId(this.login.id()))).isEmpty();
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
	@EnumSource(names = { "HIVEMQ_3", "HIVEMQ_5", "MOSQUITTO_3", "MOSQUITTO_5" })
	class OfEachClient extends Scenarios {

		OfEachClient(Client client) {
			super(heliograph, client);
		}

		@Override
		void assertThatItIsRefused(Login login) {
			super.assertThatItIsRefused(login);
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
