package io.heliograph.broker.engine;

import java.time.Instant;

import io.heliograph.broker.Outcome;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** QoS 2 across connections and starts, when something comes in between. */
class ExactlyOnceTests {

	private static final int PACKET_ID = 7;

	private final MovedClock clock = new MovedClock();

	private final MemoryStore store = new MemoryStore();

	private TestEngine start() {
		return new TestEngine(this.store, this.clock, null);
	}

	private static TestClient subscriber(TestEngine engine) {
		TestClient subscriber = engine.client("subscriber");
		subscriber.connect(Opening.NEVER);
		subscriber.subscribe("t");
		return subscriber;
	}

	@Test
	void takesARefusedMessageWhenItComesAgainInAnotherConnection() {
		try (TestEngine engine = start()) {
			TestClient subscriber = subscriber(engine);
			TestClient publisher = engine.client("publisher");
			publisher.connect(Opening.NEVER);
			engine.diskIsFull(true);
			assertThat(publisher.publish(TestMessages.message("t", Qos.EXACTLY_ONCE), PACKET_ID))
				.isInstanceOf(Outcome.Refused.class);
			engine.diskIsFull(false);
			publisher.connect(Opening.NEVER);
			assertThat(publisher.publish(TestMessages.message("t", Qos.EXACTLY_ONCE), PACKET_ID))
				.isInstanceOf(Outcome.Routed.class);
			assertThat(publisher.publish(TestMessages.message("t", Qos.EXACTLY_ONCE), PACKET_ID)).isNull();
			assertThat(subscriber.acknowledgedTopics()).containsExactly("t");
		}
	}

	@Test
	void takesARefusedMessageWhenItComesAgainAfterAStart() {
		try (TestEngine engine = start()) {
			subscriber(engine);
			TestClient publisher = engine.client("publisher");
			publisher.connect(Opening.NEVER);
			engine.diskIsFull(true);
			publisher.publish(TestMessages.message("t", Qos.EXACTLY_ONCE), PACKET_ID);
			engine.settle();
		}
		try (TestEngine engine = start()) {
			TestClient publisher = engine.client("publisher");
			assertThat(publisher.connect(Opening.NEVER)).isTrue();
			assertThat(publisher.publish(TestMessages.message("t", Qos.EXACTLY_ONCE), PACKET_ID))
				.isInstanceOf(Outcome.Routed.class);
		}
	}

	@Test
	void sendsWhatItHasBegunToSendThoughItExpires() {
		try (TestEngine engine = start()) {
			TestClient subscriber = subscriber(engine);
			engine.publish(TestMessages.expiring("t", Qos.EXACTLY_ONCE, soon()));
			int packetId = subscriber.receive().get(0).packetId();
			subscriber.leave();
			engine.pass(10);
			engine.settle();
			subscriber.connect(Opening.NEVER);
			assertThat(subscriber.receive()).extracting(Copy::packetId).containsExactly(packetId);
		}
	}

	private Instant soon() {
		return this.clock.instant().plusSeconds(5);
	}

	@Test
	void whatOneOfAGroupMayHaveIsNotForAnotherAfterAStart() {
		try (TestEngine engine = start()) {
			TestClient member = engine.client("member");
			member.connect(Opening.NEVER);
			member.subscribe("$share/group/t");
			engine.publish(TestMessages.message("t", Qos.EXACTLY_ONCE));
			assertThat(member.receive()).hasSize(1);
		}
		try (TestEngine engine = start()) {
			TestClient other = engine.client("other");
			other.connect(Opening.NEVER);
			other.subscribe("$share/group/t");
			engine.client("member").startClean(0);
			engine.awaitHandovers();
			assertThat(other.acknowledgedTopics()).isEmpty();
		}
	}

}
