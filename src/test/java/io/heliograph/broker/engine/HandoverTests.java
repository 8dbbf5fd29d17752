package io.heliograph.broker.engine;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.heliograph.account.Action;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/** What a session leaves to others is handed over while nobody waits for it. */
class HandoverTests {

	private static final int COPIES = 60;

	/** Of {@link TestEngine}. */
	private static final int MAX_INFLIGHT = 20;

	private final TestEngine engine = new TestEngine(100_000);

	private final TestClient device = this.engine.client("device");

	private final TestClient other = this.engine.client("other");

	/** How often another thread than that of the test has asked the rules. */
	private final AtomicInteger asked = new AtomicInteger();

	private final CountDownLatch gate = new CountDownLatch(1);

	private volatile @Nullable Thread background;

	@BeforeEach
	void connect() {
		this.device.connect(0);
		this.other.connect(Opening.NEVER);
	}

	@AfterEach
	void close() {
		this.gate.countDown();
		this.engine.close();
	}

	/** From here on it stops where it first asks the rules, until the gate opens. */
	private void stopHandovers() {
		Thread test = Thread.currentThread();
		this.engine.access().beforeDeciding(() -> {
			Thread present = Thread.currentThread();
			if (present != test) {
				this.background = present;
				this.asked.incrementAndGet();
				awaitGate();
			}
		});
	}

	private void awaitGate() {
		try {
			this.gate.await();
		}
		catch (InterruptedException ex) {
			// the engine was closed
		}
	}

	/** The device is the only one of its group until all are published. */
	private List<String> publishTo(String filter) {
		return publishTo(filter, Qos.AT_LEAST_ONCE);
	}

	private List<String> publishTo(String filter, Qos qos) {
		this.device.subscribe(filter);
		List<String> topics = IntStream.range(0, COPIES).mapToObj(String::valueOf).toList();
		topics.forEach((topic) -> this.engine.publish(TestMessages.message(topic, qos)));
		return topics;
	}

	/** How many copies the other one has, or the group has for it. */
	private int taken() {
		return this.other.queued() + this.engine.queuedFor("$share/group/+");
	}

	static Stream<Named<Consumer<TestClient>>> ends() {
		return Stream.of(Named.of("it leaves", TestClient::leave),
				Named.of("it begins anew", (client) -> client.startClean(0)),
				Named.of("its user is deleted", (client) -> client.revoke(true)));
	}

	@ParameterizedTest
	@MethodSource("ends")
	void holdsUpNeitherWhoEndsTheSessionNorOthers(Consumer<TestClient> end) {
		TestClient reader = this.engine.client("reader");
		reader.connect(0);
		reader.subscribe("another/topic");
		publishTo("$share/group/+");
		this.other.subscribe("$share/group/+");
		stopHandovers();
		end.accept(this.device);
		await().until(() -> this.asked.get() == 1);
		assertThat(((ReentrantLock) this.device.lock()).isLocked()).isFalse();
		this.engine.publish(TestMessages.message("another/topic"));
		assertThat(reader.queuedNow()).isEqualTo(1);
		assertThat(this.other.queuedNow()).isZero();
		this.gate.countDown();
		await().until(() -> taken() == COPIES);
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void keepsTheOrderAndDoublesNothing() {
		this.device.receiveMaximum(5);
		this.device.connect(0);
		List<String> topics = publishTo("$share/group/+");
		assertThat(this.device.topics()).hasSize(5);
		this.other.subscribe("$share/group/+");
		this.device.leave();
		this.engine.awaitHandovers();
		assertThat(this.other.acknowledgedTopics()).isEqualTo(topics);
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void asksTheRulesOfOneWhereNoMemberCanTakeAny() {
		publishTo("$share/group/+");
		for (int i = 0; i < 30; i++) {
			TestClient away = this.engine.client("away-" + i);
			away.connect(Opening.NEVER);
			away.subscribe("$share/group/+", TestClient.options(Qos.AT_MOST_ONCE));
			away.leave();
		}
		this.gate.countDown();
		stopHandovers();
		this.device.leave();
		await().untilAsserted(() -> assertThat(this.engine.drops()).containsExactly(entry("offline", (long) COPIES)));
		assertThat(this.asked).hasValue(COPIES);
	}

	@Test
	void leavesTheSubscriptionsOfANewSessionAlone() {
		publishTo("$share/group/+");
		this.other.subscribe("$share/group/+");
		TestClient again = this.engine.client("again");
		again.connect(0);
		subscribeThrice(again);
		stopHandovers();
		this.device.leave();
		await().until(() -> this.asked.get() == 1);
		again.startClean(0);
		assertThat(this.engine.publish(TestMessages.message("a/t"))).as("while the old one is in the index").isZero();
		subscribeThrice(again);
		assertThat(this.engine.publish(TestMessages.message("a/t"))).isEqualTo(2);
		this.gate.countDown();
		this.engine.awaitHandovers();
		assertThat(this.engine.publish(TestMessages.message("a/t"))).isEqualTo(2);
		assertThat(again.queued()).isEqualTo(4);
		assertThat(this.engine.drops()).isEmpty();
	}

	private static void subscribeThrice(TestClient client) {
		client.subscribe("a/t");
		client.subscribe("a/+");
		client.subscribe("$share/group/a/t");
	}

	@ParameterizedTest
	@EnumSource
	void takesToAnotherMemberWhatOneMayNotReadAnyMore(Qos qos) {
		List<String> topics = publishTo("$share/group/+", qos);
		this.other.subscribe("$share/group/+");
		this.engine.access().denyReadTo("device", "+");
		assertThat(this.device.topics()).isEmpty();
		assertThat(this.other.acknowledgedTopics()).isEqualTo(topics);
		assertThat(this.device.queued()).isZero();
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void takesToAnotherMemberWhatIsTooLargeForOne() {
		publishTo("$share/group/+");
		this.other.subscribe("$share/group/+");
		this.device.isTooSmallFor("7");
		this.device.isTooSmallFor("9");
		assertThat(this.device.acknowledgedTopics()).hasSize(COPIES - 2);
		assertThat(this.other.acknowledgedTopics()).containsExactly("7", "9");
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void takesToAnotherMemberWhatOneMayNotBeSentAgain() {
		this.device.receiveMaximum(5);
		this.device.connect(Opening.NEVER);
		List<String> topics = publishTo("$share/group/+");
		assertThat(this.device.topics()).hasSize(5);
		this.other.subscribe("$share/group/+");
		this.engine.access().denyReadTo("device", "+");
		this.device.connect(Opening.NEVER);
		assertThat(this.device.topics()).isEmpty();
		assertThat(this.other.acknowledgedTopics()).containsExactlyInAnyOrderElementsOf(topics);
		assertThat(this.engine.drops()).isEmpty();
	}

	/** It might come twice. */
	@Test
	void takesToNobodyWhatOneMayNotBeSentAgainWithQos2() {
		this.device.connect(Opening.NEVER);
		publishTo("$share/group/+", Qos.EXACTLY_ONCE);
		assertThat(this.device.topics()).hasSize(MAX_INFLIGHT);
		this.other.subscribe("$share/group/+");
		this.engine.access().denyReadTo("device", "+");
		this.device.connect(Opening.NEVER);
		assertThat(this.device.topics()).isEmpty();
		assertThat(taken()).isEqualTo(COPIES - MAX_INFLIGHT);
		assertThat(this.engine.drops()).containsExactly(entry("denied", (long) MAX_INFLIGHT));
	}

	@Test
	void endsWhereItIsTooLargeForAllOthers() {
		publishTo("$share/group/+");
		this.other.subscribe("$share/group/+");
		this.device.isTooSmallFor("7");
		this.other.isTooSmallFor("7");
		assertThat(this.device.acknowledgedTopics()).hasSize(COPIES - 1);
		assertThat(this.engine.drops()).containsExactly(entry("too-large", 1L));
		assertThat(this.device.queued() + this.other.queued()).isZero();
	}

	/** It may have more room when it comes back. */
	@Test
	void waitsForOneWhoIsAwayIfItIsTooLargeForThoseWhoAreThere() {
		this.device.connect(Opening.NEVER);
		this.other.subscribe("$share/group/+");
		this.other.leave();
		publishTo("$share/group/+");
		this.device.leave();
		this.device.isTooSmallFor("7");
		this.device.connect(Opening.NEVER);
		assertThat(this.device.acknowledgedTopics()).hasSize(COPIES - 1);
		assertThat(this.engine.queuedFor("$share/group/+")).isEqualTo(1);
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void losesNothingIfTheRulesFailAfterwards() {
		publishTo("$share/group/+");
		this.other.subscribe("$share/group/+");
		this.device.isTooSmallFor("0");
		this.engine.access().failAt(Action.READ, "1");
		assertThatThrownBy(this.device::topics).isInstanceOf(StackOverflowError.class);
		assertThat(this.other.queued()).isEqualTo(1);
		assertThat(this.device.queued()).isEqualTo(COPIES - 1);
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void endsWhereNobodyElseMayReadIt() {
		publishTo("$share/group/+");
		this.other.subscribe("$share/group/+");
		this.engine.access().denyRead("7");
		assertThat(this.device.topics()).hasSize(MAX_INFLIGHT);
		assertThat(this.other.queued()).isZero();
		assertThat(this.engine.drops()).containsExactly(entry("denied", 1L));
	}

	@Test
	void goesOnAfterAFailure() {
		publishTo("$share/group/+");
		this.other.subscribe("$share/group/+");
		this.engine.access().failAt(Action.READ, "7");
		this.device.leave();
		await().until(() -> taken() == COPIES - 1);
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
	}

}
