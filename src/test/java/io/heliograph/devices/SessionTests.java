package io.heliograph.devices;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.WholeQueue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a session remembers while its device is away, and whose it is. */
class SessionTests extends DeviceTests {

	@BeforeAll
	static void addAnother() {
		heliograph.user("other").rule("other", "readwrite", "#");
	}

	@Nested
	@EnumSource
	class OfEachClient extends Scenarios {

		private final String topic;

		OfEachClient(Client client) {
			super(heliograph, client);
			this.topic = this.fleet.topic("t");
		}

		private Login login() {
			return this.fleet.login("device", "device");
		}

		private List<String> publish(int count) {
			List<String> sent = new ArrayList<>();
			for (int i = 0; i < count; i++) {
				sent.add("m" + i);
				heliograph.publish(this.topic, "m" + i, 1, false);
			}
			return sent;
		}

		private void publishEnd() {
			heliograph.publish(this.topic, "end", 1, false);
		}

		@Test
		void keepsInOrderWhatItMissed() {
			this.fleet.device(login().kept()).subscribed(2, this.topic).leave();
			this.fleet.awaitAway("device");
			heliograph.publish(this.topic, "QoS 0 waits for nobody", 0, false);
			List<String> sent = publish(25);
			assertThat(WholeQueue.of(heliograph.queues(), new ClientId(this.fleet.own("device")))).hasSize(25);

			Device back = this.fleet.device(login().kept()).subscribed(2, this.topic);
			publishEnd();
			assertThat(back.receiveUntil("end")).isEqualTo(sent);
		}

		@Test
		void keepsWhatItMissedAfterTheLineWasCut() {
			Line line = this.fleet.line();
			this.fleet.device(line, login().kept()).subscribed(1, this.topic);
			line.cut();
			this.fleet.awaitAway("device");
			List<String> sent = publish(25);

			Device back = this.fleet.device(login().kept()).subscribed(1, this.topic);
			publishEnd();
			assertThat(back.receiveUntil("end")).isEqualTo(sent);
		}

		@Test
		void keepsNothingIfItIsClean() {
			this.fleet.device(login()).subscribed(1, this.topic).leave();
			this.fleet.awaitAway("device");
			publish(3);

			Device back = this.fleet.device(login()).subscribed(1, this.topic);
			publishEnd();
			assertThat(back.receiveUntil("end")).isEmpty();
		}

		@Test
		void endsWhenItsDeviceAsksForACleanOne() {
			this.fleet.device(login().kept()).subscribed(1, this.topic).leave();
			this.fleet.awaitAway("device");
			publish(3);
			Device clean = this.fleet.device(login()).subscribed(1, this.topic);
			publishEnd();
			assertThat(clean.receiveUntil("end")).isEmpty();
			clean.leave();
			this.fleet.awaitAway("device");
			publish(3);

			Device back = this.fleet.device(login().kept()).subscribed(1, this.topic);
			publishEnd();
			assertThat(back.receiveUntil("end")).isEmpty();
		}

		@Test
		void leavesToItsGroupWhatWaitedForItOfASharedSubscription() {
			String shared = "$share/group/" + this.topic;
			Login other = this.fleet.login("other member", "device");
			this.fleet.device(login().kept()).subscribed(1, shared).leave();
			this.fleet.device(other.kept()).subscribed(1, shared).leave();
			this.fleet.awaitAway("device");
			this.fleet.awaitAway("other member");
			// no more than its window: what it subscribes to itself comes behind
			List<String> sent = publish(15);
			assertThat(this.fleet.device(login()).connect()).isZero();

			String end = this.fleet.topic("end");
			Device back = this.fleet.device(other.kept()).subscribed(1, end);
			heliograph.publish(end, "end", 1, false);
			assertThat(back.receiveUntil("end")).containsExactlyInAnyOrderElementsOf(sent);
		}

		@Test
		void isNotOpenedForAnotherUser() {
			Device owner = this.fleet.device(login().kept()).subscribed(1, this.topic);
			Login thief = this.fleet.login("device", "other");
			assertThatItIsRefused(thief);
			assertThatItIsRefused(thief.kept());
			publishEnd();
			assertThat(owner.receiveUntil("end")).isEmpty();

			owner.leave();
			this.fleet.awaitAway("device");
			assertThatItIsRefused(thief);
		}

		@Test
		void isOfItsUserOnceItEnded() {
			this.fleet.device(login()).subscribed(1, this.topic).leave();
			this.fleet.awaitAway("device");
			assertThat(this.fleet.device(this.fleet.login("device", "other")).connect())
				.isEqualTo(this.client.v5() ? 0x87 : 5);
		}

	}

}
