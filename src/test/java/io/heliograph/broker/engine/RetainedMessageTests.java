package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;

import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.mqtt.Qos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A retained message. */
class RetainedMessageTests {

	private static final long SWEEP_SECONDS = 60;

	private final TestEngine engine = new TestEngine();

	private final TestClient device = this.engine.client("device");

	@BeforeEach
	void connectDevice() {
		this.device.connect(Opening.NEVER);
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	private static SubscriptionOptions handling(int retainHandling) {
		return new SubscriptionOptions(Qos.EXACTLY_ONCE, false, false, retainHandling, 0);
	}

	@Test
	void isSentAtEachSubscribeWithHandling0() {
		this.engine.publish(TestMessages.retained("t"));
		this.device.subscribe("t", handling(0));
		this.device.subscribe("t", handling(0));
		assertThat(this.device.topics()).containsExactly("t", "t");
	}

	@Test
	void isSentAtANewSubscriptionWithHandling1() {
		this.engine.publish(TestMessages.retained("t"));
		this.device.subscribe("t", handling(1));
		this.device.subscribe("t", handling(1));
		assertThat(this.device.topics()).containsExactly("t");
		this.device.unsubscribe("t");
		this.device.subscribe("t", handling(1));
		assertThat(this.device.topics()).as("when it is new again").containsExactly("t");
	}

	@Test
	void isNotSentAtASubscribeWithHandling2() {
		this.engine.publish(TestMessages.retained("t"));
		this.device.subscribe("t", handling(2));
		assertThat(this.device.topics()).isEmpty();
	}

	@Test
	void isNotSentToAGroup() {
		this.engine.publish(TestMessages.retained("t"));
		this.device.subscribe("$share/group/t", handling(0));
		assertThat(this.device.topics()).isEmpty();
	}

	@Test
	void isNotSentToItsPublisherWithNoLocal() {
		this.engine.publish(TestMessages.retained("a", null, "device"));
		this.engine.publish(TestMessages.retained("b", null, "other"));
		this.device.subscribe("+", new SubscriptionOptions(Qos.EXACTLY_ONCE, true, false, 0, 0));
		assertThat(this.device.topics()).containsExactly("b");
	}

	@Test
	void isSentUnderEachFilterThatItMatches() {
		this.engine.publish(TestMessages.retained("a/b"));
		this.engine.publish(TestMessages.retained("a/c"));
		this.device.subscribe("a/#", handling(0));
		this.device.subscribe("+/b", handling(0));
		this.device.subscribe("b", handling(0));
		assertThat(this.device.topics()).containsExactlyInAnyOrder("a/b", "a/c", "a/b");
	}

	@Test
	void isSentWithTheRetainFlagTheLowerQosAndTheIdentifier() {
		this.engine.publish(TestMessages.retained("t"));
		this.device.subscribe("t", new SubscriptionOptions(Qos.EXACTLY_ONCE, false, false, 0, 5));
		// else the second, which needs not be durable, may overtake the first
		this.engine.settle();
		this.device.subscribe("t", new SubscriptionOptions(Qos.AT_MOST_ONCE, false, false, 0, 6));
		assertThat(this.device.receive()).satisfiesExactly((first) -> {
			assertThat(first.retain()).isTrue();
			assertThat(first.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
			assertThat(first.subscriptionIds()).containsExactly(5);
		}, (second) -> {
			assertThat(second.retain()).isTrue();
			assertThat(second.qos()).isEqualTo(Qos.AT_MOST_ONCE);
			assertThat(second.subscriptionIds()).containsExactly(6);
		});
	}

	@Test
	void keepsTheRetainFlagWhenItIsPublishedOnlyIfThatIsAskedFor() {
		this.device.subscribe("t");
		this.engine.publish(TestMessages.retained("t"));
		this.device.subscribe("t", new SubscriptionOptions(Qos.EXACTLY_ONCE, false, true, 2, 0));
		this.engine.publish(TestMessages.retained("t"));
		this.engine.publish(TestMessages.message("t"));
		assertThat(this.device.receive()).extracting(Copy::retain).containsExactly(false, true, false);
	}

	@Test
	void isReplacedByTheNextOfItsTopic() {
		this.engine.publish(TestMessages.retained("t"));
		this.engine.publish(TestMessages.retained("t", null, "second"));
		this.device.subscribe("t", handling(0));
		assertThat(this.device.receive()).singleElement()
			.satisfies((copy) -> assertThat(copy.shared().message().publisher()).isNotNull());
	}

	@Test
	void staysWhenAnotherIsPublishedThatIsNotRetained() {
		this.engine.publish(TestMessages.retained("t"));
		this.engine.publish(TestMessages.message("t"));
		this.device.subscribe("t", handling(0));
		assertThat(this.device.receive()).singleElement()
			.satisfies((copy) -> assertThat(copy.shared().message().retain()).isTrue());
	}

	@Test
	void isClearedByAnEmptyOneThatIsItselfDelivered() {
		this.engine.publish(TestMessages.retained("t"));
		this.device.subscribe("t");
		assertThat(this.engine.publish(TestMessages.clearing("t"))).isEqualTo(1);
		assertThat(this.device.topics()).containsExactly("t");
		this.device.subscribe("t", handling(0));
		assertThat(this.device.topics()).isEmpty();
	}

	@Test
	void isNotSentOnceItHasExpired() {
		Instant expiry = this.engine.clock().instant().plusSeconds(10);
		this.engine.publish(TestMessages.retained("t", expiry, null));
		this.engine.clock().move(Duration.ofSeconds(9));
		this.device.subscribe("t", handling(0));
		assertThat(this.device.topics()).containsExactly("t");
		this.engine.clock().move(Duration.ofSeconds(1));
		this.device.subscribe("t", handling(0));
		assertThat(this.device.queued()).as("the one from before").isEqualTo(1);
	}

	/** What was forgotten is not there either when the clock is set back. */
	@Test
	void isForgottenAtTheSweepAfterItHasExpired() {
		Instant start = this.engine.clock().instant();
		this.engine.publish(TestMessages.retained("first", start.plusSeconds(SWEEP_SECONDS), null));
		this.engine.publish(TestMessages.retained("second", start.plusSeconds(SWEEP_SECONDS + 1), null));
		this.engine.publish(TestMessages.retained("third", start.plusSeconds(2 * SWEEP_SECONDS + 1), null));
		this.engine.publish(TestMessages.retained("for-ever"));
		this.engine.pass(SWEEP_SECONDS);
		this.engine.pass(1);
		remainWhenTheClockIsSetBack(SWEEP_SECONDS + 1, "second", "third", "for-ever");
		this.engine.pass(SWEEP_SECONDS - 1);
		remainWhenTheClockIsSetBack(2 * SWEEP_SECONDS, "third", "for-ever");
	}

	@Test
	void isNotForgottenByTheExpiryOfTheOneBefore() {
		Instant soon = this.engine.clock().instant().plusSeconds(1);
		for (String topic : new String[] { "replaced", "cleared", "later" }) {
			this.engine.publish(TestMessages.retained(topic, soon, null));
		}
		this.engine.publish(TestMessages.retained("replaced"));
		this.engine.publish(TestMessages.clearing("cleared"));
		this.engine.publish(TestMessages.retained("cleared"));
		this.engine.publish(TestMessages.retained("later", soon.plusSeconds(SWEEP_SECONDS), null));
		this.engine.pass(SWEEP_SECONDS);
		remainWhenTheClockIsSetBack(SWEEP_SECONDS, "replaced", "cleared", "later");
	}

	@Test
	void isForgottenHoweverManyExpireAtOnce() {
		Instant soon = this.engine.clock().instant().plusSeconds(1);
		for (int i = 0; i < 2_500; i++) {
			this.engine.publish(TestMessages.retained("t/" + i, soon, null));
		}
		this.engine.pass(SWEEP_SECONDS);
		remainWhenTheClockIsSetBack(SWEEP_SECONDS);
	}

	private void remainWhenTheClockIsSetBack(long seconds, String... topics) {
		this.engine.clock().move(Duration.ofSeconds(-seconds));
		this.device.subscribe("#", handling(0));
		assertThat(this.device.topics()).containsExactlyInAnyOrder(topics);
		this.engine.clock().move(Duration.ofSeconds(seconds));
	}

}
