package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.heliograph.account.Action;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.mqtt.Qos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/** A message that is published. */
class RoutingTests {

	private static final int OFTEN = 40;

	private static final int SWEEP_SECONDS = 60;

	private final TestEngine engine = new TestEngine();

	private final TestClient device = this.engine.client("device");

	private final TestClient other = this.engine.client("other");

	@BeforeEach
	void connect() {
		this.device.connect(Opening.NEVER);
		this.other.connect(Opening.NEVER);
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	private static SubscriptionOptions noLocal(Qos qos, int identifier) {
		return new SubscriptionOptions(qos, true, false, 2, identifier);
	}

	@Test
	void goesToAllWhoSubscribed() {
		this.device.subscribe("t");
		this.other.subscribe("t");
		this.other.subscribe("u");
		assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(2);
		assertThat(this.engine.publish(TestMessages.message("u"))).isEqualTo(1);
		assertThat(this.engine.publish(TestMessages.message("v"))).isZero();
		assertThat(this.device.topics()).containsExactly("t");
		assertThat(this.other.topics()).containsExactly("t", "u");
	}

	@Test
	void goesNoMoreToWhoUnsubscribed() {
		this.device.subscribe("t");
		assertThat(this.device.unsubscribe("t")).isTrue();
		assertThat(this.device.unsubscribe("t")).isFalse();
		assertThat(this.engine.publish(TestMessages.message("t"))).isZero();
	}

	@Test
	void goesToNobodyWhoWasRefused() {
		this.engine.access().denyRead("t");
		assertThat(this.device.subscribe("t")).isEqualTo(0x87);
		assertThat(this.engine.publish(TestMessages.message("t"))).isZero();
	}

	@Test
	void comesWithTheLowerQosAndTheIdentifierOfItsSubscription() {
		this.device.subscribe("t", new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 2, 5));
		for (Qos qos : Qos.values()) {
			this.engine.publish(TestMessages.message("t", qos));
		}
		List<Copy> copies = this.device.receive();
		assertThat(copies).extracting(Copy::qos)
			.containsExactly(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE, Qos.AT_LEAST_ONCE);
		assertThat(copies).extracting(Copy::subscriptionIds).containsOnly(new int[] { 5 });
	}

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "a/+", "#" })
	void comesOnceWithTheBestOfAllSubscriptionsThatOverlap(String best) {
		List<String> filters = List.of("a/b", "a/+", "#");
		filters.forEach((filter) -> this.device.subscribe(filter,
				new SubscriptionOptions(filter.equals(best) ? Qos.EXACTLY_ONCE : Qos.AT_MOST_ONCE, false,
						filter.equals(best), 2, filters.indexOf(filter))));
		this.other.subscribe("a/#", TestClient.options(Qos.AT_LEAST_ONCE));
		this.engine.publish(TestMessages.message("a/b", Qos.EXACTLY_ONCE));
		assertThat(this.engine.publish(TestMessages.retained("a/b"))).isEqualTo(2);
		List<Copy> copies = this.device.receive();
		assertThat(copies).extracting(Copy::qos).containsExactly(Qos.EXACTLY_ONCE, Qos.AT_LEAST_ONCE);
		assertThat(copies).extracting(Copy::retain).containsExactly(false, true);
		assertThat(copies).allSatisfy((copy) -> assertThat(copy.subscriptionIds()).containsExactlyInAnyOrder(1, 2));
		assertThat(this.other.receive()).hasSize(2).allSatisfy((copy) -> {
			assertThat(copy.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
			assertThat(copy.retain()).isFalse();
			assertThat(copy.subscriptionIds()).isEmpty();
		});
	}

	@Test
	void doesNotGoToItsPublisherWithNoLocal() {
		this.device.subscribe("t", noLocal(Qos.AT_LEAST_ONCE, 0));
		this.other.subscribe("t");
		assertThat(this.engine.publish(TestMessages.from("device", "t"))).isEqualTo(1);
		assertThat(this.engine.publish(TestMessages.from("other", "t"))).isEqualTo(2);
		assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(2);
		assertThat(this.device.topics()).hasSize(2);
		assertThat(this.other.topics()).hasSize(3);
	}

	@Test
	void goesToItsPublisherUnderASubscriptionThatIsLocalAlone() {
		this.device.subscribe("t", noLocal(Qos.EXACTLY_ONCE, 5));
		this.device.subscribe("#", new SubscriptionOptions(Qos.AT_MOST_ONCE, false, false, 2, 6));
		this.engine.publish(TestMessages.from("device", "t"));
		assertThat(this.device.receive()).singleElement().satisfies((copy) -> {
			assertThat(copy.qos()).isEqualTo(Qos.AT_MOST_ONCE);
			assertThat(copy.subscriptionIds()).containsExactly(6);
		});
	}

	private void publishOften() {
		for (int i = 0; i < OFTEN; i++) {
			assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "5, 5", "30, 20" })
	void waitsForAPlaceInTheSmallerWindowOfClientAndServer(int ofClient, int places) {
		this.device.receiveMaximum(ofClient);
		this.device.connect(Opening.NEVER);
		this.device.subscribe("t");
		publishOften();
		assertThat(this.device.topics()).hasSize(places);
	}

	@Test
	void isForgottenAtTheSweepAfterItHasExpiredThoughNobodyComesForIt() {
		this.device.subscribe("t");
		this.device.leave();
		this.engine.publish(TestMessages.expiring("t", this.engine.clock().instant().plusSeconds(SWEEP_SECONDS)));
		this.engine.publish(TestMessages.message("t"));
		this.engine.pass(SWEEP_SECONDS - 1);
		assertThat(this.device.queued()).isEqualTo(2);
		this.engine.pass(1);
		assertThat(this.device.queued()).isEqualTo(1);
		assertThat(this.engine.drops()).containsExactly(entry("expired", 1L));
	}

	@Test
	void isNotDeliveredToWhoMayNotReadItAnyMore() {
		this.device.subscribe("+");
		this.engine.publish(TestMessages.message("t"));
		assertThat(this.device.topics()).containsExactly("t");
		this.engine.access().denyRead("t");
		this.engine.publish(TestMessages.message("t"));
		this.engine.publish(TestMessages.message("u"));
		this.engine.publish(TestMessages.message("t"));
		assertThat(this.device.topics()).containsExactly("u");
		assertThat(this.engine.drops()).containsExactly(entry("denied", 2L));
	}

	@Test
	void asksTheRulesOnceForATopicWhileTheyStay() {
		AtomicInteger asked = new AtomicInteger();
		this.engine.access().beforeDeciding(asked::incrementAndGet);
		this.device.subscribe("t");
		this.engine.publish(TestMessages.message("t"));
		this.engine.publish(TestMessages.message("t"));
		assertThat(this.device.topics()).hasSize(2);
		assertThat(asked).hasValue(1);
	}

	@Test
	void isForNobodyOfAGroupWhoseRulesFail() {
		this.device.subscribe("$share/group/t");
		this.engine.access().failAt(Action.READ, "t");
		assertThat(this.engine.publish(TestMessages.message("t"))).isZero();
	}

	@Test
	void isAnsweredInTheOrderOfItsBatch() {
		this.device.subscribe("t");
		assertThat(this.engine.engine().publish(List.of(TestMessages.message("t"), TestMessages.message("u"))))
			.succeedsWithin(Duration.ofSeconds(10))
			.isEqualTo(List.of(new Outcome.Routed(1), new Outcome.Routed(0)));
	}

	@Test
	void isNotTakenOnceTheEngineIsClosed() {
		this.device.subscribe("t");
		this.engine.close();
		assertThat(this.engine.engine().publish(List.of(TestMessages.message("t"))))
			.isCompletedWithValue(List.of(new Outcome.Closed()));
		assertThat(this.device.queued()).isZero();
	}

}
