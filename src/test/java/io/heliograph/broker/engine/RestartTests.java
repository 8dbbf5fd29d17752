package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.List;

import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.Will;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What an engine knows after it was opened again with what is stored. */
class RestartTests {

	private static final int HOUR = 3600;

	private TestEngine engine = new TestEngine();

	private TestClient device = this.engine.client("device");

	private void restart() {
		this.engine = this.engine.restarted();
		this.device = this.engine.client("device");
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void hasTheSessionItsSubscriptionsAndWhatWaits() {
		this.device.connect(HOUR);
		this.device.subscribe("t/+");
		this.engine.publish(TestMessages.message("t/1"));
		this.engine.publish(TestMessages.message("t/2", Qos.EXACTLY_ONCE));
		this.device.leave();
		restart();
		this.engine.publish(TestMessages.message("t/3"));
		assertThat(this.device.connect(HOUR)).as("session present").isTrue();
		assertThat(this.device.acknowledgedTopics()).containsExactly("t/1", "t/2", "t/3");
		restart();
		assertThat(this.device.connect(HOUR)).as("session present").isTrue();
		assertThat(this.device.topics()).as("what was acknowledged").isEmpty();
	}

	@Test
	void sendsWhatWasNotAcknowledgedAgainWithItsPacketId() {
		this.device.connect(HOUR);
		this.device.subscribe("t");
		this.engine.publish(TestMessages.message("t"));
		this.engine.publish(TestMessages.message("t"));
		assertThat(this.device.packets()).containsExactly("PUBLISH 1 t", "PUBLISH 2 t");
		this.device.acknowledge(1);
		restart();
		this.device.connect(HOUR);
		this.engine.publish(TestMessages.message("t"));
		assertThat(this.device.packets()).containsExactly("PUBLISH 2 t DUP", "PUBLISH 3 t");
	}

	@Test
	void onlyReleasesWhatWasReceived() {
		this.device.connect(HOUR);
		this.device.subscribe("t");
		this.engine.publish(TestMessages.message("t", Qos.EXACTLY_ONCE));
		assertThat(this.device.packets()).containsExactly("PUBLISH 1 t");
		this.device.received(1);
		restart();
		this.device.connect(HOUR);
		assertThat(this.device.packets()).containsExactly("PUBREL 1");
	}

	@Test
	void knowsWhatCameWithQos2() {
		this.device.connect(HOUR);
		this.device.publishQos2(7, "t");
		restart();
		this.device.connect(HOUR);
		assertThat(this.device.comesFirst(7)).isFalse();
		assertThat(this.device.comesFirst(8)).isTrue();
	}

	@Test
	void hasNoneOfWhatEndedWithItsConnection() {
		this.device.connect(0);
		this.device.subscribe("t");
		this.engine.publish(TestMessages.message("t"));
		restart();
		assertThat(this.device.connect(HOUR)).isFalse();
		assertThat(this.device.topics()).isEmpty();
	}

	@Test
	void countsTheTimeOfSessionsWhileItIsDown() {
		this.device.connect(HOUR);
		this.device.leave();
		this.engine.settle();
		this.engine.clock().move(Duration.ofSeconds(HOUR + 1));
		restart();
		await().until(() -> !this.device.exists());
	}

	@Test
	void countsTheTimeOfMessagesWhileItIsDown() {
		this.device.connect(HOUR);
		this.device.subscribe("t");
		this.device.leave();
		this.engine.publish(TestMessages.expiring("t", this.engine.clock().instant().plusSeconds(10)));
		this.engine.clock().move(Duration.ofSeconds(11));
		restart();
		this.device.connect(HOUR);
		assertThat(this.device.topics()).isEmpty();
	}

	@Test
	void retainsWhatWasRetained() {
		this.engine.publish(TestMessages.retained("a"));
		this.engine.publish(TestMessages.retained("b"));
		this.engine.publish(TestMessages.clearing("b"));
		restart();
		this.device.connect(0);
		this.device.subscribe("+", new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 0, 0));
		assertThat(this.device.topics()).containsExactly("a");
	}

	@Test
	void publishesAWillThatWasDelayed() {
		TestClient heir = this.engine.client("heir");
		heir.connect(HOUR);
		heir.subscribe("will");
		heir.leave();
		this.device.connect(HOUR,
				new Will(new Topic("will"), new byte[1], Qos.AT_LEAST_ONCE, false, MessageProperties.NONE, 60, null));
		this.device.leave();
		this.engine.settle();
		restart();
		TestClient again = this.engine.client("heir");
		assertThat(again.queued()).isZero();
		this.engine.clock().move(Duration.ofSeconds(61));
		await().until(() -> again.queued() == 1);
		restart();
		assertThat(this.engine.client("heir").queued()).as("it comes once").isEqualTo(1);
	}

	@Test
	void ownsTheClientIdsStill() {
		this.device.connect(HOUR);
		restart();
		TestClient other = this.engine.client("device", "another");
		assertThat(other.mayOpen()).isFalse();
		assertThat(this.device.mayOpen()).isTrue();
	}

	@Test
	void clearsUpWhatASessionLeftThatEnded() {
		this.device.connect(HOUR);
		this.device.subscribe("t");
		for (int i = 0; i < 10; i++) {
			this.engine.publish(TestMessages.message("t"));
		}
		this.device.startClean(HOUR);
		restart();
		this.engine.settle();
		assertThat(this.engine.families()).containsExactly("session", "client");
	}

	/**
	 * As after a loss of some of the store's files: it must not take a place for ever.
	 */
	@Test
	void hasNoPlaceForWhatLostItsMessage() {
		MemoryStore store = new MemoryStore();
		try (TestEngine before = new TestEngine(store, new MovedClock(), null)) {
			for (String id : List.of("one", "other")) {
				TestClient client = before.client(id);
				client.connect(HOUR);
				client.subscribe("t");
				client.leave();
			}
			before.publish(TestMessages.message("t"));
			before.settle();
		}
		Batch loss = new Batch(store.position() + 1);
		store.forEach(Families.MESSAGE, Families.EVERYTHING, (key, value) -> loss.delete(Families.MESSAGE, key));
		store.commit(loss);
		try (TestEngine after = new TestEngine(store, new MovedClock(), null)) {
			TestClient client = after.client("one");
			client.connect(HOUR);
			after.publish(TestMessages.message("t"));
			assertThat(client.acknowledgedTopics()).containsExactly("t");
			assertThat(client.queued()).isZero();
			TestClient other = after.client("other");
			other.connect(HOUR);
			assertThat(other.acknowledgedTopics()).containsExactly("t");
			assertThat(after.families()).doesNotContain("queue", "message");
		}
	}

}
