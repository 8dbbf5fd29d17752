package io.heliograph.broker.engine;

import java.util.List;
import java.util.stream.IntStream;

import io.heliograph.mqtt.Qos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/** A message of which one of a group gets a copy. */
class SharedSubscriptionTests {

	/**
	 * Since the member that is asked first is drawn; as many as a member has
	 * unacknowledged.
	 */
	private static final int OFTEN = 20;

	/** Of {@link TestEngine}. */
	private static final int MAX_QUEUED = 100;

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

	@Test
	void goesToOneOfAGroupBesideThoseWhoSubscribedThemselves() {
		bothJoin("$share/group/t");
		this.other.subscribe("$share/second/#");
		this.other.subscribe("t");
		assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(3);
		assertThat(this.device.queued() + this.other.queued()).isEqualTo(3);
		assertThat(this.other.queued()).isGreaterThanOrEqualTo(2);
	}

	@Test
	void goesToAMemberWhoIsConnectedIfThereIsOne() {
		bothJoin("$share/group/t");
		this.device.leave();
		publishOften();
		assertThat(this.device.queued()).isZero();
		assertThat(this.other.queued()).isEqualTo(OFTEN);
	}

	@Test
	void waitsForAMemberOfWhomNobodyIsConnected() {
		bothJoin("$share/group/t");
		this.device.leave();
		this.other.leave();
		publishOften();
		publishOften();
		assertThat(this.engine.queuedFor("$share/group/t")).isEqualTo(2 * OFTEN);
		this.other.connect(Opening.NEVER);
		assertThat(this.other.acknowledgedTopics()).hasSize(2 * OFTEN);
		assertThat(this.engine.queuedFor("$share/group/t")).isZero();
	}

	@Test
	void isDividedAmongTheMembers() {
		bothJoin("$share/group/t");
		publishOften();
		assertThat(this.device.queued()).isPositive();
		assertThat(this.other.queued()).isPositive();
	}

	@Test
	void goesToTheMemberForWhomItIsNotTooLarge() {
		this.device.subscribe("$share/group/t");
		for (int i = 0; i < 20; i++) {
			TestClient small = this.engine.client("small-" + i);
			small.isTooSmallFor("t");
			small.connect(Opening.NEVER);
			small.subscribe("$share/group/t");
		}
		publishOften();
		assertThat(this.device.queued()).isEqualTo(OFTEN);
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void isDroppedIfItIsTooLargeForAll() {
		bothJoin("$share/group/t");
		this.device.isTooSmallFor("t");
		this.other.isTooSmallFor("t");
		assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(1);
		assertThat(this.device.queued() + this.other.queued()).isZero();
		assertThat(this.engine.drops()).containsExactly(entry("too-large", 1L));
	}

	@Test
	void goesToNoMemberWhoMayNotReadIt() {
		bothJoin("$share/group/+");
		this.engine.access().denyReadTo("device", "t");
		this.other.leave();
		publishOften();
		assertThat(this.device.queued()).isZero();
		assertThat(this.engine.queuedFor("$share/group/+")).isEqualTo(OFTEN);
		this.engine.access().denyRead("t");
		assertThat(this.engine.publish(TestMessages.message("t"))).isZero();
	}

	private void bothJoin(String filter) {
		this.device.subscribe(filter);
		this.other.subscribe(filter);
	}

	private void publishOften() {
		for (int i = 0; i < OFTEN; i++) {
			assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(1);
		}
	}

	@Test
	void goesToAMemberWhoHasRoom() {
		bothJoin("$share/group/t");
		this.device.subscribe("u");
		for (int i = 0; i < OFTEN; i++) {
			this.engine.publish(TestMessages.message("u"));
		}
		publishOften();
		assertThat(this.other.queued()).isEqualTo(OFTEN);
		publishOften();
		assertThat(this.engine.queuedFor("$share/group/t")).isEqualTo(OFTEN);
		assertThat(this.device.acknowledgedTopics()).hasSize(2 * OFTEN).endsWith("t");
		assertThat(this.engine.queuedFor("$share/group/t")).isZero();
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void isDroppedIfTheQueueOfTheGroupIsFull() {
		bothJoin("$share/group/t");
		this.other.leave();
		this.device.leave();
		for (int i = 0; i < MAX_QUEUED; i++) {
			this.engine.publish(TestMessages.message("t"));
		}
		assertThat(this.engine.drops()).isEmpty();
		assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(1);
		assertThat(this.engine.drops()).containsExactly(entry("queue-full", 1L));
	}

	@Test
	void goesToAnotherMemberWhenTheSessionEnds() {
		this.device.receiveMaximum(5);
		this.device.connect(0);
		this.device.subscribe("$share/group/+");
		List<String> topics = IntStream.range(0, OFTEN).mapToObj(String::valueOf).toList();
		topics.forEach((topic) -> this.engine.publish(TestMessages.message(topic)));
		assertThat(this.device.topics()).hasSize(5);
		this.other.receiveMaximum(0xffff);
		this.other.subscribe("$share/group/+");
		this.other.subscribe("$share/second/+");
		this.device.leave();
		this.engine.awaitHandovers();
		assertThat(this.other.queued()).isEqualTo(OFTEN);
		assertThat(this.engine.drops()).isEmpty();
		assertThat(this.other.topics()).containsExactlyInAnyOrderElementsOf(topics);
	}

	/** It might come twice. */
	@Test
	void goesToNoOtherMemberOnceItsDeliveryWithQos2HasBegun() {
		this.device.receiveMaximum(1);
		this.device.connect(0);
		bothJoin("$share/group/t");
		this.other.unsubscribe("$share/group/t");
		this.engine.publish(TestMessages.message("t", Qos.EXACTLY_ONCE));
		this.engine.publish(TestMessages.message("t", Qos.EXACTLY_ONCE));
		assertThat(this.device.topics()).hasSize(1);
		this.other.subscribe("$share/group/t");
		this.device.leave();
		this.engine.awaitHandovers();
		assertThat(this.other.queued()).isEqualTo(1);
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
	}

	@Test
	void goesToAMemberWhoIsAwayWhenTheLastSessionOfOneWhoIsConnectedEnds() {
		bothJoin("$share/group/t");
		this.other.leave();
		publishOften();
		assertThat(this.device.queued()).isEqualTo(OFTEN);
		this.device.startClean(0);
		this.engine.awaitHandovers();
		assertThat(this.engine.queuedFor("$share/group/t")).isEqualTo(OFTEN);
		this.other.connect(Opening.NEVER);
		assertThat(this.other.acknowledgedTopics()).hasSize(OFTEN);
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void goesNowhereWhenTheSessionOfTheLastMemberEnds() {
		this.device.subscribe("$share/group/t");
		this.other.subscribe("$share/second/t");
		this.other.subscribe("t");
		this.engine.publish(TestMessages.message("t"));
		this.device.startClean(0);
		this.engine.awaitHandovers();
		assertThat(this.other.queued()).isEqualTo(2);
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
	}

	@Test
	void goesToNobodyWhoMayNotReadItWhenTheSessionEnds() {
		bothJoin("$share/group/+");
		this.engine.access().denyReadTo("other", "t");
		this.engine.publish(TestMessages.message("t"));
		this.device.startClean(0);
		this.engine.awaitHandovers();
		assertThat(this.other.queued()).isZero();
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
	}

	@Test
	void goesToAnotherMemberIfTheSessionEndsWhileItIsOnItsWay() {
		this.other.subscribe("$share/group/t");
		this.other.leave();
		for (int i = 0; i < OFTEN; i++) {
			this.device.connect(Opening.NEVER);
			this.device.subscribe("$share/group/t");
			this.engine.access().beforeDeciding(() -> {
				this.engine.access().beforeDeciding(() -> {
				});
				this.device.startClean(0);
			});
			this.engine.publish(TestMessages.message("t"));
		}
		this.engine.awaitHandovers();
		assertThat(this.engine.queuedFor("$share/group/t")).isEqualTo(OFTEN);
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void goesNowhereWithQos0WhenTheSessionEnds() {
		bothJoin("$share/group/t");
		this.other.leave();
		this.engine.publish(TestMessages.message("t", Qos.AT_MOST_ONCE));
		this.device.startClean(0);
		this.engine.awaitHandovers();
		assertThat(this.other.queued()).isZero();
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
	}

}
