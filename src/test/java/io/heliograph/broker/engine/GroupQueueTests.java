package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.heliograph.broker.Broker.Withdrawn;
import io.heliograph.broker.Notification;
import io.heliograph.broker.engine.SessionSettings.QueueFull;
import io.heliograph.mqtt.Qos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/** What waits for a member of a group of whom one at least is kept. */
class GroupQueueTests {

	private static final int HOUR = 3600;

	private static final String GROUP = "$share/group/+";

	private TestEngine engine = new TestEngine();

	private TestClient kept = this.engine.client("kept");

	private TestClient guest = this.engine.client("guest");

	@AfterEach
	void close() {
		this.engine.close();
	}

	private void restart() {
		this.engine = this.engine.restarted();
		this.kept = this.engine.client("kept");
		this.guest = this.engine.client("guest");
	}

	/** It has a session that outlives its connection, and is away. */
	private void keptIsAway() {
		this.kept.connect(HOUR);
		this.kept.subscribe(GROUP);
		this.kept.leave();
	}

	/**
	 * It has a session that ends with its connection.
	 * @param receiveMaximum how many copies it may have unacknowledged
	 */
	private void guestJoins(int receiveMaximum) {
		this.guest.receiveMaximum(receiveMaximum);
		this.guest.connect(0);
		this.guest.subscribe(GROUP);
	}

	private void publish(String... topics) {
		for (String topic : topics) {
			assertThat(this.engine.publish(TestMessages.message(topic))).isEqualTo(1);
		}
	}

	private Instant soon() {
		return this.engine.clock().instant().plusSeconds(10);
	}

	@Test
	void whatAGuestHasOutlivesTheProcess() {
		keptIsAway();
		guestJoins(20);
		publish("0", "1", "2");
		assertThat(this.guest.topics()).containsExactly("0", "1", "2");
		this.guest.acknowledge(2);
		restart();
		this.kept.connect(HOUR);
		assertThat(this.kept.acknowledgedTopics()).containsExactly("0", "2");
		assertThat(this.engine.queuedFor(GROUP)).isZero();
		assertThat(this.engine.families()).doesNotContain("queue");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, HOUR })
	void goesToTheFirstWhoConnectsAfterAStart(int expirySeconds) {
		keptIsAway();
		publish("0", "1", "2");
		restart();
		TestClient first = this.engine.client("first");
		first.connect(expirySeconds);
		first.subscribe(GROUP);
		assertThat(first.acknowledgedTopics()).containsExactly("0", "1", "2");
		assertThat(this.engine.families()).doesNotContain("queue");
	}

	@Test
	void isForOthersInItsOrderWhenAGuestLeaves() {
		keptIsAway();
		guestJoins(2);
		publish("0", "1", "2", "3");
		assertThat(this.guest.topics()).containsExactly("0", "1");
		this.guest.leave();
		assertThat(this.engine.queuedFor(GROUP)).isEqualTo(4);
		this.kept.connect(HOUR);
		assertThat(this.kept.acknowledgedTopics()).containsExactly("0", "1", "2", "3");
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void comesBeforeWhatIsPublishedWhileAMemberComesBack() {
		keptIsAway();
		List<String> received = new ArrayList<>();
		int published = 0;
		for (int round = 0; round < 200; round++) {
			publish(String.valueOf(published++));
			CompletableFuture<Void> back = CompletableFuture.runAsync(() -> this.kept.connect(HOUR));
			for (int i = 0; i < 90 && !back.isDone(); i++) {
				publish(String.valueOf(published++));
			}
			back.join();
			received.addAll(this.kept.acknowledgedTopics());
			this.kept.leave();
		}
		assertThat(received).isEqualTo(IntStream.range(0, published).mapToObj(String::valueOf).toList());
	}

	@Test
	void comesBeforeWhatIsPublishedWhileAMemberSubscribes() {
		keptIsAway();
		this.guest.connect(HOUR);
		for (int round = 0; round < 200; round++) {
			List<String> published = new ArrayList<>(List.of("0"));
			publish("0");
			CompletableFuture<Void> joining = CompletableFuture.runAsync(() -> this.guest.subscribe(GROUP));
			for (int i = 1; i < 90 && !joining.isDone(); i++) {
				publish(String.valueOf(i));
				published.add(String.valueOf(i));
			}
			joining.join();
			assertThat(this.guest.acknowledgedTopics()).as("round %d", round).isEqualTo(published);
			this.guest.unsubscribe(GROUP);
			this.engine.settle();
		}
	}

	/** It might come twice. */
	@Test
	void isForNobodyElseWhenAGuestLeavesThatWasSentItWithQos2() {
		keptIsAway();
		guestJoins(20);
		this.engine.publish(TestMessages.message("t", Qos.EXACTLY_ONCE));
		assertThat(this.guest.topics()).containsExactly("t");
		this.guest.leave();
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
		assertThat(this.engine.queuedFor(GROUP)).isZero();
	}

	@Test
	void comesAsSoonAsAMemberHasRoom() {
		keptIsAway();
		guestJoins(1);
		this.kept.receiveMaximum(1);
		this.kept.connect(HOUR);
		publish("0", "1", "2", "3", "4");
		assertThat(this.engine.queuedFor(GROUP) + this.kept.queued()).isEqualTo(5);
		assertThat(this.guest.topics()).hasSize(1);
		assertThat(this.kept.topics()).hasSize(1);
		this.guest.acknowledge(1);
		this.engine.settle();
		assertThat(this.guest.topics()).containsExactly("2");
		this.kept.acknowledge(1);
		this.engine.settle();
		assertThat(this.kept.topics()).containsExactly("3");
	}

	/** Beside those of the group. */
	@Test
	void comesAsSoonAsAMemberHasRoomThatHadOtherCopies() {
		keptIsAway();
		guestJoins(1);
		this.guest.subscribe("a/own");
		assertThat(this.engine.publish(TestMessages.message("a/own"))).isEqualTo(1);
		publish("0");
		assertThat(this.guest.topics()).containsExactly("a/own");
		this.guest.acknowledge(1);
		this.engine.settle();
		assertThat(this.guest.topics()).containsExactly("0");
	}

	@Test
	void comesAsSoonAsAMemberHasRoomThatWasSentQos0() {
		keptIsAway();
		guestJoins(1);
		this.guest.subscribe("a/own", TestClient.options(Qos.AT_MOST_ONCE));
		this.engine.publish(TestMessages.message("a/own", Qos.AT_MOST_ONCE));
		publish("0");
		assertThat(this.guest.topics()).containsExactly("a/own");
		assertThat(this.guest.topics()).containsExactly("0");
	}

	@Test
	void comesAsSoonAsAMemberHasRoomThatMayNotReadWhatItHad() {
		keptIsAway();
		guestJoins(1);
		publish("0", "1");
		this.engine.settle();
		this.engine.access().denyReadTo("guest", "0");
		assertThat(this.guest.topics()).isEmpty();
		assertThat(this.guest.topics()).containsExactly("1");
	}

	@Test
	void comesAsSoonAsAMemberHasRoomWhoseOtherCopyIsWithdrawn() {
		keptIsAway();
		guestJoins(1);
		this.guest.subscribe("a/own");
		Notification own = TestMessages.notification("a/own");
		this.engine.notify(own);
		publish("0");
		assertThat(withdraw(own)).isEqualTo(new Withdrawn(true, 1, 0));
		assertThat(this.guest.topics()).containsExactly("0");
	}

	@Test
	void asksEachMemberOnce() {
		keptIsAway();
		for (int i = 0; i < 30; i++) {
			TestClient member = this.engine.client("member-" + i);
			member.connect(0);
			member.subscribe(GROUP);
			this.engine.access().denyReadTo("member-" + i, "t");
		}
		this.engine.settle();
		AtomicInteger asked = new AtomicInteger();
		this.engine.access().beforeDeciding(asked::incrementAndGet);
		publish("t");
		assertThat(asked).hasValue(31);
	}

	@Test
	void keepsTheOrderForOneMember() {
		keptIsAway();
		guestJoins(3);
		List<String> topics = IntStream.range(0, 90).mapToObj(String::valueOf).toList();
		topics.forEach(this::publish);
		assertThat(this.guest.acknowledgedTopics()).isEqualTo(topics);
		assertThat(this.engine.families()).doesNotContain("queue", "message");
	}

	@Test
	void comesBehindWhatWaitsAndOfHighPriorityBeforeIt() {
		keptIsAway();
		publish("0", "1");
		assertThat(this.engine.publish(TestMessages.high("high"))).isEqualTo(1);
		guestJoins(1);
		publish("2");
		assertThat(this.guest.acknowledgedTopics()).containsExactly("high", "0", "1", "2");
	}

	@Test
	void whatNoMemberWhoIsThereMayReadHoldsUpNoOther() {
		keptIsAway();
		this.engine.access().denyReadTo("guest", "0");
		for (int i = 0; i < 40; i++) {
			publish("0");
		}
		publish("1");
		guestJoins(20);
		publish("2");
		await().untilAsserted(() -> assertThat(this.engine.queuedFor(GROUP)).isEqualTo(42));
		assertThat(this.guest.acknowledgedTopics()).containsExactly("1", "2");
		this.kept.connect(HOUR);
		assertThat(this.kept.acknowledgedTopics()).hasSize(40).containsOnly("0");
	}

	/** A member who has no room may read what others may not. */
	@Test
	void waitsForTheOneWhoMayReadItWithoutHoldingUpOthers() {
		keptIsAway();
		guestJoins(1);
		TestClient other = this.engine.client("other");
		other.connect(0);
		other.subscribe(GROUP);
		this.engine.access().denyReadTo("other", "for-guest");
		publish("for-guest");
		assertThat(this.guest.topics()).containsExactly("for-guest");
		publish("for-guest", "for-guest", "for-other");
		assertThat(other.acknowledgedTopics()).containsExactly("for-other");
		this.guest.acknowledge(1);
		assertThat(this.guest.acknowledgedTopics()).containsExactly("for-guest", "for-guest");
		assertThat(this.engine.queuedFor(GROUP)).isZero();
	}

	@Test
	void endsWhenNobodyMayReadItAnyMore() {
		keptIsAway();
		publish("0", "1");
		this.engine.access().denyRead("0");
		this.kept.connect(HOUR);
		assertThat(this.kept.acknowledgedTopics()).containsExactly("1");
		assertThat(this.engine.drops()).containsExactly(entry("denied", 1L));
		assertThat(this.engine.queuedFor(GROUP)).isZero();
	}

	@Test
	void endsWithTheLastMember() {
		keptIsAway();
		for (int i = 0; i < 40; i++) {
			publish("0");
		}
		this.kept.startClean(HOUR);
		await().untilAsserted(() -> assertThat(this.engine.drops()).containsExactly(entry("session-ended", 40L)));
		assertThat(this.engine.queuedFor(GROUP)).isZero();
		assertThat(this.engine.families()).doesNotContain("queue", "message", "expiry");
	}

	@Test
	void endsAtTheStartIfThereIsNoMember() {
		keptIsAway();
		guestJoins(20);
		publish("0");
		this.kept.startClean(HOUR);
		this.engine.settle();
		assertThat(this.engine.queuedFor(GROUP)).isEqualTo(1);
		restart();
		assertThat(this.engine.queuedFor(GROUP)).isZero();
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
	}

	@Test
	void whatWaitsIsForGuestsWhenNobodyIsKeptAnyMore() {
		keptIsAway();
		guestJoins(1);
		publish("0", "1");
		this.kept.startClean(HOUR);
		publish("2");
		assertThat(this.guest.acknowledgedTopics()).containsExactly("0", "1", "2");
		publish("3");
		assertThat(this.engine.queuedFor(GROUP)).as("where nobody is kept").isZero();
		assertThat(this.guest.acknowledgedTopics()).containsExactly("3");
	}

	@Test
	void expires() {
		keptIsAway();
		this.engine.publish(TestMessages.expiring("0", soon()));
		publish("1");
		this.engine.pass(10);
		await().untilAsserted(() -> assertThat(this.engine.drops()).containsExactly(entry("expired", 1L)));
		this.kept.connect(HOUR);
		assertThat(this.kept.acknowledgedTopics()).containsExactly("1");
		assertThat(this.engine.families()).doesNotContain("queue", "message", "expiry");
	}

	@Test
	void expiresWithAGuestUntilItIsSent() {
		keptIsAway();
		guestJoins(20);
		this.engine.publish(TestMessages.expiring("0", soon()));
		assertThat(this.guest.topics()).containsExactly("0");
		this.engine.publish(TestMessages.expiring("1", soon()));
		this.engine.pass(10);
		await().untilAsserted(() -> assertThat(this.engine.drops()).containsExactly(entry("expired", 1L)));
		this.guest.acknowledge(1);
		assertThat(this.engine.queuedFor(GROUP)).isZero();
		assertThat(this.engine.families()).doesNotContain("queue", "message");
	}

	/** Those that a guest has do not wait. */
	@Test
	void dropsTheOldestThatWaitsIfSoSet() {
		try (TestEngine small = new TestEngine(3, QueueFull.DROP_OLDEST)) {
			TestClient member = small.client("kept");
			member.connect(HOUR);
			member.subscribe(GROUP);
			member.leave();
			TestClient one = small.client("guest");
			one.receiveMaximum(1);
			one.connect(0);
			one.subscribe(GROUP);
			for (int i = 0; i < 7; i++) {
				assertThat(small.publish(TestMessages.message(String.valueOf(i)))).isEqualTo(1);
			}
			assertThat(small.drops()).containsExactly(entry("queue-full", 3L));
			assertThat(one.acknowledgedTopics()).containsExactly("0", "4", "5", "6");
			assertThat(small.families()).doesNotContain("queue", "message");
		}
	}

	@Test
	void isTooLargeForAllWhoAreThere() {
		keptIsAway();
		guestJoins(20);
		this.guest.isTooSmallFor("0");
		publish("0", "1");
		assertThat(this.guest.acknowledgedTopics()).containsExactly("1");
		this.kept.connect(HOUR);
		assertThat(this.kept.acknowledgedTopics()).containsExactly("0");
	}

	@Test
	void goesOnWithAnotherWhereAGuestMayNotReadItAnyMore() {
		keptIsAway();
		guestJoins(20);
		publish("0");
		this.engine.access().denyReadTo("guest", "0");
		assertThat(this.guest.topics()).isEmpty();
		this.kept.connect(HOUR);
		assertThat(this.kept.acknowledgedTopics()).containsExactly("0");
		assertThat(this.engine.drops()).isEmpty();
	}

	@Test
	void sharesTheMessageWithOtherCopies() {
		keptIsAway();
		this.kept.connect(HOUR);
		this.kept.subscribe("t");
		this.kept.leave();
		assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(2);
		restart();
		this.kept.connect(HOUR);
		assertThat(this.kept.acknowledgedTopics()).containsExactly("t", "t");
		assertThat(this.engine.families()).doesNotContain("queue", "message");
	}

	/** What a guest acknowledges holds its message, which others share no more. */
	@Test
	void leavesTheMessageToOtherCopies() {
		TestClient own = this.engine.client("own");
		own.connect(HOUR);
		own.subscribe("t");
		own.leave();
		TestClient first = this.engine.client("first");
		first.connect(HOUR);
		first.subscribe(GROUP);
		keptIsAway();
		assertThat(this.engine.publish(TestMessages.message("t"))).isEqualTo(2);
		first.startClean(HOUR);
		await().until(() -> this.engine.queuedFor(GROUP) == 1);
		guestJoins(20);
		assertThat(this.guest.acknowledgedTopics()).containsExactly("t");
		own.connect(HOUR);
		assertThat(own.acknowledgedTopics()).containsExactly("t");
		assertThat(this.engine.families()).doesNotContain("queue", "message");
	}

	@Test
	void isInTheLedgerWithTheMemberWhoHasIt() {
		keptIsAway();
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		assertThat(this.engine.fates(notification)).containsExactly(GROUP + " null: QUEUED");
		guestJoins(20);
		assertThat(this.engine.fates(notification)).containsExactly(GROUP + " guest: QUEUED");
		this.guest.receive();
		assertThat(this.engine.fates(notification)).containsExactly(GROUP + " guest: SENT");
		this.guest.leave();
		assertThat(this.engine.fates(notification)).containsExactly(GROUP + " null: QUEUED");
		restart();
		this.kept.connect(HOUR);
		assertThat(this.engine.fates(notification)).containsExactly(GROUP + " kept: QUEUED");
		this.kept.acknowledgedTopics();
		assertThat(this.engine.fates(notification)).containsExactly(GROUP + " kept: ACKED");
		assertThat(this.engine.families()).doesNotContain("queue", "unstored");
	}

	@Test
	void isInNoListOfThoseWhoHadItBefore() {
		keptIsAway();
		this.engine.notify(TestMessages.notification("t"));
		for (int i = 0; i < 3; i++) {
			TestClient member = this.engine.client("member-" + i);
			member.connect((i > 0) ? HOUR : 0);
			member.subscribe(GROUP);
			this.engine.settle();
			member.startClean(0);
			await().until(() -> this.engine.queuedFor(GROUP) == 1);
		}
		assertThat(this.engine.families()).doesNotContain("client-delivery");
	}

	@Test
	void isAcknowledgedByAGuest() {
		keptIsAway();
		guestJoins(20);
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		this.guest.acknowledgedTopics();
		assertThat(this.engine.fates(notification)).containsExactly(GROUP + " guest: ACKED");
		assertThat(this.engine.families()).doesNotContain("queue", "unstored");
	}

	@Test
	void isWithdrawnUnlessItIsSent() {
		keptIsAway();
		Notification waiting = TestMessages.notification("t");
		this.engine.notify(waiting);
		assertThat(withdraw(waiting)).isEqualTo(new Withdrawn(true, 1, 0));
		guestJoins(20);
		assertThat(this.guest.topics()).isEmpty();
		Notification sent = TestMessages.notification("t");
		Notification lent = TestMessages.notification("t");
		this.engine.notify(sent);
		this.guest.receive();
		this.engine.notify(lent);
		assertThat(withdraw(sent)).isEqualTo(new Withdrawn(true, 0, 1));
		assertThat(withdraw(lent)).isEqualTo(new Withdrawn(true, 1, 0));
		assertThat(this.guest.topics()).isEmpty();
		assertThat(this.engine.queuedFor(GROUP)).isEqualTo(1);
	}

	private Withdrawn withdraw(Notification notification) {
		return this.engine.engine().withdraw(notification.message().id()).toCompletableFuture().join();
	}

}
