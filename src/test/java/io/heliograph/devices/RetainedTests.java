package io.heliograph.devices;

import java.nio.file.Path;

import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What is retained, and for whom. */
class RetainedTests {

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
	@HiveMqClients
	class OfHiveMq extends Scenarios {

		OfHiveMq(Client client) {
			super(client);
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

		@AutoClose
		private final Fleet fleet;

		private final String topic;

		Scenarios(Client client) {
			this.fleet = new Fleet(heliograph, client);
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
