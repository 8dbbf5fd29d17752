package io.heliograph.devices;

import io.heliograph.mqtt.ClientId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** When a will is sent. */
class WillTests extends DeviceTests {

	@BeforeAll
	static void addReader() {
		heliograph.user("reader").rule("reader", "read", "#");
	}

	@Nested
	@EnumSource
	class OfEachClient extends Scenarios {

		private final String topic;

		private final Device watcher;

		OfEachClient(Client client) {
			super(heliograph, client);
			this.topic = this.fleet.topic("will");
			this.watcher = this.fleet.device("watcher");
		}

		@BeforeEach
		void watch() {
			this.watcher.subscribed(1, this.fleet.topic("#"));
		}

		private Login login(String user) {
			return this.fleet.login("leaving", user).will(this.topic, "gone");
		}

		private void assertThatNoneCame() {
			heliograph.publish(this.fleet.topic("end"), "end", 1, false);
			assertThat(this.watcher.receiveUntil("end")).isEmpty();
		}

		@Test
		void isSentWhenTheLineIsCut() {
			Line line = this.fleet.line();
			this.fleet.device(line, login("device")).subscribed(0, this.fleet.topic("t"));
			line.cut();
			assertThat(this.watcher.receive()).isEqualTo(new Received(this.topic, "gone", 1, false));
		}

		@Test
		void isSentWhenTheLineOfAKeptSessionIsCut() {
			Line line = this.fleet.line();
			this.fleet.device(line, login("device").kept()).subscribed(0, this.fleet.topic("t"));
			line.cut();
			assertThat(this.watcher.receive()).isEqualTo(new Received(this.topic, "gone", 1, false));
		}

		@Test
		void isSentWhenAnOperatorEndsTheConnection() {
			this.fleet.device(login("device")).subscribed(0, this.fleet.topic("t"));
			heliograph.sessions().disconnect(new ClientId(this.fleet.own("leaving")));
			assertThat(this.watcher.receive()).isEqualTo(new Received(this.topic, "gone", 1, false));
		}

		@Test
		void isNotSentAfterDisconnect() {
			this.fleet.device(login("device")).subscribed(0, this.fleet.topic("t")).leave();
			this.fleet.awaitAway("leaving");
			if (this.client.leavesWithWill()) {
				assertThat(this.watcher.receive().payload()).isEqualTo("gone");
			}
			assertThatNoneCame();
		}

		@Test
		void isNotSentWhenItsUserIsDisabled() {
			String user = this.fleet.own("user");
			heliograph.user(user).rule(user, "readwrite", this.fleet.topic("#"));
			this.fleet.device(login(user)).subscribed(0, this.fleet.topic("t"));
			heliograph.admin().put("/api/admin/users/" + user, "{'enabled':false}").expect(200);
			this.fleet.awaitAway("leaving");
			assertThatNoneCame();
		}

		@Test
		void isNotSentWhereItsUserMayNotWrite() {
			Line line = this.fleet.line();
			this.fleet.device(line, login("reader")).subscribed(0, this.fleet.topic("t"));
			line.cut();
			this.fleet.awaitAway("leaving");
			assertThatNoneCame();
		}

	}

}
