package io.heliograph.devices;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is retained, and for whom. */
class RetainedTests extends DeviceTests {

	@Nested
	@EnumSource
	class OfEachClient extends Scenarios {

		private final String topic;

		OfEachClient(Client client) {
			super(heliograph, client);
			this.topic = this.fleet.topic("state");
		}

		private void assertThatNothingIsRetained() {
			Device device = this.fleet.device("late").subscribed(1, this.fleet.topic("#"));
			heliograph.publish(this.fleet.topic("end"), "end", 1, false);
			assertThat(device.receiveUntil("end")).isEmpty();
		}

		@Test
		void deliversTheLastOneToWhoSubscribesLater() {
			Device early = this.fleet.device("early").subscribed(2, this.topic);
			Device publisher = this.fleet.device("publisher");
			for (int qos = 0; qos < 3; qos++) {
				publisher.publish(this.topic, "on" + qos, qos, true);
				assertThat(early.receive()).isEqualTo(new Received(this.topic, "on" + qos, qos, false));
				Device late = this.fleet.device("late" + qos).subscribed(1, this.fleet.topic("+"));
				assertThat(late.receive()).isEqualTo(new Received(this.topic, "on" + qos, Math.min(qos, 1), true));
			}
		}

		@Test
		void deliversOneThatWasPosted() {
			heliograph.publish(this.topic, "old", 0, true);
			heliograph.admin()
				.post("/api/publish", "{'topic':'%s','payload':'new','qos':0,'retain':true}".formatted(this.topic))
				.expect(202);
			Device late = this.fleet.device("late").subscribed(1, this.topic);
			assertThat(late.receive()).isEqualTo(new Received(this.topic, "new", 0, true));
		}

		@Test
		void isNotReplacedByWhatIsNotRetained() {
			Device publisher = this.fleet.device("publisher");
			publisher.publish(this.topic, "kept", 1, true);
			publisher.publish(this.topic, "passing", 1, false);
			heliograph.publish(this.topic, "", 1, false);
			Device late = this.fleet.device("late").subscribed(1, this.topic);
			assertThat(late.receive().payload()).isEqualTo("kept");
		}

		@Test
		void isClearedByAnEmptyPayload() {
			Device early = this.fleet.device("early").subscribed(1, this.topic);
			Device publisher = this.fleet.device("publisher");
			publisher.publish(this.topic, "on", 1, true);
			publisher.publish(this.topic, "", 1, true);
			assertThat(early.receive().payload()).isEqualTo("on");
			assertThat(early.receive()).as("an empty message is one too")
				.isEqualTo(new Received(this.topic, "", 1, false));
			assertThatNothingIsRetained();
		}

		@Test
		void isClearedOverHttp() {
			this.fleet.device("publisher").publish(this.topic, "on", 1, true);
			heliograph.publish(this.topic, "", 0, true);
			assertThatNothingIsRetained();
		}

	}

}
