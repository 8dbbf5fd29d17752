package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.heliograph.broker.Notification;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What comes to a group while others wait for the thread of the journal. */
class GroupOrderTests {

	private static final String GROUP = "$share/group/+";

	private final CutStore store = new CutStore();

	private final TestEngine engine = new TestEngine(this.store, new MovedClock(), 0, TestEngines.KEEP_ALL);

	private final TestClient kept = this.engine.client("kept");

	private final TestClient guest = this.engine.client("guest");

	@BeforeEach
	void connect() {
		this.kept.connect(Opening.NEVER);
		this.kept.subscribe(GROUP);
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	private void guestJoins() {
		this.guest.connect(0);
		this.guest.subscribe(GROUP);
	}

	private void publish(String topic) {
		publish(topic, Qos.AT_LEAST_ONCE);
	}

	private void publish(String topic, Qos qos) {
		this.engine.engine().publish(List.of(TestMessages.message(topic, qos)));
	}

	private static void onAnotherThread(Runnable action) {
		CompletableFuture.runAsync(action).join();
	}

	private List<String> receivedNow(TestClient client) {
		return topics(client.receiveNow());
	}

	private static List<String> topics(List<Copy> copies) {
		return new ArrayList<>(copies.stream().map((copy) -> copy.shared().message().topic().name()).toList());
	}

	@Test
	void isKeptThoughTheLastKeptMemberUnsubscribes() {
		this.engine.access().denyReadTo("kept", "#");
		guestJoins();
		this.engine.hold(this.store);
		publish("1");
		this.kept.unsubscribe(GROUP);
		publish("2");
		List<String> received = receivedNow(this.guest);
		this.store.release(Integer.MAX_VALUE);
		received.addAll(this.guest.topics());
		assertThat(received).containsExactly("1", "2");
	}

	@Test
	void isKeptThoughTheLastOneThatWaitedIsAcknowledged() {
		this.kept.leave();
		guestJoins();
		publish("0");
		List<Copy> first = this.guest.receive();
		this.kept.connect(Opening.NEVER);
		this.kept.unsubscribe(GROUP);
		this.engine.hold(this.store);
		this.guest.acknowledge(first.get(0).packetId());
		// it reads: what follows is in a commit of its own
		this.engine.engine().expire();
		publish("1");
		this.store.releaseOne();
		this.store.awaitCommit();
		publish("2");
		List<String> received = receivedNow(this.guest);
		this.store.release(Integer.MAX_VALUE);
		received.addAll(this.guest.topics());
		assertThat(received).containsExactly("1", "2");
	}

	@Test
	void isKeptThoughAMemberIsGoneForAMoment() {
		this.engine.hold(this.store);
		publish("1");
		this.engine.engine().expire();
		publish("2");
		this.kept.leave();
		this.store.releaseOne();
		this.store.awaitCommit();
		this.kept.connect(Opening.NEVER);
		this.store.release(Integer.MAX_VALUE);
		assertThat(this.kept.acknowledgedTopics()).containsExactly("1", "2");
	}

	/** It is connected before the journal has seen that. */
	@Test
	void isKeptThoughAMemberWithQos0ComesBack() {
		this.kept.leave();
		this.guest.connect(Opening.NEVER);
		this.guest.subscribe(GROUP, TestClient.options(Qos.AT_MOST_ONCE));
		this.guest.leave();
		publish("1");
		this.engine.hold(this.store);
		publish("2");
		this.guest.connect(Opening.NEVER);
		this.store.release(Integer.MAX_VALUE);
		assertThat(this.guest.topics()).containsExactly("1", "2");
	}

	/** Its place among the members is there before the queue hears of it. */
	@Test
	void isKeptThoughOneSubscribesBesideOneWithoutRoom() {
		this.kept.unsubscribe(GROUP);
		this.kept.leave();
		this.kept.receiveMaximum(1);
		this.kept.connect(Opening.NEVER);
		this.kept.subscribe(GROUP);
		publish("0");
		assertThat(this.kept.topics()).containsExactly("0");
		publish("1");
		this.guest.connect(Opening.NEVER);
		this.engine.hold(this.store);
		publish("2");
		GroupQueues groups = this.engine.engine().groups();
		Subscription subscription = new Subscription(Inside.of(this.guest, Session.class, "session"),
				ShareableFilter.parse(GROUP), TestClient.options(Qos.AT_LEAST_ONCE));
		Inside.of(groups, SubscriptionIndex.class, "index").add(subscription);
		this.store.release(Integer.MAX_VALUE);
		this.engine.settle();
		groups.membersChanged(subscription.filter());
		assertThat(this.guest.acknowledgedTopics()).containsExactly("1", "2");
		Inside.of(groups, SubscriptionIndex.class, "index").remove(subscription);
	}

	/** It is to be looked at again what waits, which is for neither of them. */
	@Test
	void letsAMemberWithQos0HaveWhatNoOtherMayRead() {
		this.kept.leave();
		this.engine.access().denyReadTo("kept", "its");
		this.engine.access().denyReadTo("guest", "others");
		this.guest.connect(0);
		this.guest.subscribe(GROUP, TestClient.options(Qos.AT_MOST_ONCE));
		publish("others");
		this.engine.hold(this.store);
		Notification notification = TestMessages.notification("its");
		this.engine.engine().notify(List.of(notification));
		this.engine.engine().groups().rulesChanged();
		this.store.release(Integer.MAX_VALUE);
		assertThat(this.guest.topics()).containsExactly("its");
		assertThat(this.engine.queuedFor(GROUP)).isEqualTo(1);
		assertThat(this.engine.drops()).isEmpty();
	}

	/** The message was matched before, and comes behind it. */
	@Test
	void isKeptThoughOneSubscribesWhileAMessageIsRoutedToOthers() {
		this.kept.leave();
		this.guest.receiveMaximum(1);
		guestJoins();
		publish("0");
		assertThat(this.guest.topics()).containsExactly("0");
		TestClient member = this.engine.client("member");
		member.connect(Opening.NEVER);
		TestClient listener = this.engine.client("listener");
		listener.connect(0);
		listener.subscribe("1");
		listener.link().onNextWake(() -> onAnotherThread(() -> {
			member.subscribe(GROUP);
			this.engine.settle();
		}));
		publish("1");
		publish("2");
		assertThat(member.acknowledgedTopics()).containsExactly("1", "2");
	}

	/** The group is to be looked at anew while a member takes what it has room for. */
	@ParameterizedTest
	@EnumSource(names = { "AT_LEAST_ONCE", "EXACTLY_ONCE" })
	void isKeptAndAllComeOnceThoughRulesChangeWhileAMemberTakesThem(Qos qos) {
		TestClient away = this.engine.client("away");
		away.connect(Opening.NEVER);
		away.subscribe(GROUP);
		away.leave();
		this.engine.access().denyReadTo("kept", "others");
		this.kept.leave();
		this.kept.receiveMaximum(20);
		this.kept.connect(Opening.NEVER);
		List<String> topics = new ArrayList<>();
		for (int i = 0; i < 60; i++) {
			if (i == 20) {
				publish("others", qos);
			}
			topics.add(String.valueOf(i));
			publish(topics.get(i), qos);
		}
		List<Copy> first = this.kept.receive();
		assertThat(first).hasSize(20);
		AtomicInteger decisions = new AtomicInteger();
		this.engine.access().beforeDeciding(() -> {
			if (decisions.incrementAndGet() == 10) {
				onAnotherThread(this.engine.engine()::rulesChanged);
			}
		});
		this.engine.hold(this.store);
		first.forEach(this.kept::acknowledge);
		this.store.release(Integer.MAX_VALUE);
		List<String> received = topics(first);
		received.addAll(this.kept.acknowledgedTopics());
		assertThat(received).isEqualTo(topics);
		away.connect(Opening.NEVER);
		assertThat(away.acknowledgedTopics()).containsExactly("others");
	}

	/** It is woken for both groups, and has room for one copy more when it was asked. */
	@Test
	void isKeptThoughAnotherGroupTakesTheRoomOfAMember() {
		this.kept.leave();
		this.kept.receiveMaximum(2);
		this.kept.connect(Opening.NEVER);
		this.kept.subscribe("$share/other/o/#");
		publish("a");
		publish("b");
		List<Copy> first = this.kept.receive();
		publish("o/1");
		publish("o/2");
		publish("1");
		this.engine.hold(this.store);
		this.kept.acknowledge(first.get(0));
		// it reads: what follows is in a commit of its own
		this.engine.engine().expire();
		publish("2");
		this.store.releaseOne();
		this.store.awaitCommit();
		this.kept.acknowledge(first.get(1));
		this.store.release(Integer.MAX_VALUE);
		List<String> received = this.kept.acknowledgedTopics();
		assertThat(received).containsSubsequence("1", "2").containsSubsequence("o/1", "o/2").hasSize(4);
	}

	/** Its room is taken by what is its own, and free again when the next one comes. */
	@Test
	void isKeptThoughAMemberHasNoRoomForAMoment() {
		this.kept.leave();
		this.guest.receiveMaximum(1);
		guestJoins();
		this.guest.subscribe("own/+");
		publish("0");
		List<Copy> first = this.guest.receive();
		publish("1");
		publish("2");
		publish("3");
		this.engine.hold(this.store);
		this.guest.acknowledge(first.get(0));
		AtomicInteger decisions = new AtomicInteger();
		this.engine.access().beforeDeciding(() -> {
			if (decisions.incrementAndGet() == 1) {
				onAnotherThread(() -> publish("own/1"));
			}
		});
		this.store.release(Integer.MAX_VALUE);
		this.engine.settle();
		assertThat(decisions).hasPositiveValue();
		assertThat(this.guest.acknowledgedTopics()).containsExactly("own/1", "1", "2", "3");
	}

	/** It is connected before the journal has seen that, and nobody else is there. */
	@Test
	void waitsForAMemberWithQos0ThatComesBackAlone() {
		this.kept.unsubscribe(GROUP);
		this.guest.connect(Opening.NEVER);
		this.guest.subscribe(GROUP, TestClient.options(Qos.AT_MOST_ONCE));
		this.guest.leave();
		this.engine.hold(this.store);
		publish("1");
		this.guest.connect(Opening.NEVER);
		this.store.release(Integer.MAX_VALUE);
		assertThat(this.guest.topics()).containsExactly("1");
	}

}
