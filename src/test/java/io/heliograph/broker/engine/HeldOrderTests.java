package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import io.heliograph.account.Action;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Priority;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Many messages of a topic that are held, or were: others have their turn while they go
 * to and fro, and yet they stay in order.
 */
class HeldOrderTests {

	private static final int HOUR = 3600;

	/** More than are looked at in ten changes. */
	private static final int MANY = 3_000;

	private final CutStore store = new CutStore();

	/** Whose queues have no limit. */
	private final TestEngine engine = new TestEngine(this.store, new MovedClock(), 0, TestEngines.KEEP_ALL);

	private final TestClient device = this.engine.client("device");

	private final List<MessageId> published = new ArrayList<>();

	@AfterEach
	void close() {
		this.engine.close();
	}

	private void publish(int count) {
		List<Notification> batch = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			batch.add(held());
		}
		this.engine.notify(batch.toArray(Notification[]::new));
	}

	private Notification held() {
		Notification notification = TestMessages.held("t", "device");
		this.published.add(notification.message().id());
		return notification;
	}

	private void publishMany() {
		for (int i = 0; i < MANY; i += 100) {
			publish(100);
		}
		this.engine.settle();
	}

	private void connect() {
		this.device.receiveMaximum(Window.PACKET_IDS);
		this.device.connect(HOUR);
	}

	private void subscribe() {
		this.device.subscribe("t", TestClient.options(Qos.AT_LEAST_ONCE));
	}

	private void allArriveInOrder() {
		assertThat(this.device.acknowledgedMessages()).extracting(Message::id).isEqualTo(this.published);
		assertThat(this.store.largest()).as("operations of the largest batch").isLessThan(2 * MANY);
		assertThat(this.engine.families()).doesNotContain("held", "queue");
	}

	@Test
	void arriveInOrderWithWhatComesMeanwhile() {
		publishMany();
		connect();
		subscribe();
		publish(1);
		this.device.subscribe("another");
		publish(1);
		allArriveInOrder();
	}

	@Test
	void arriveInOrderThoughTheSubscriptionEndsAndComesBack() {
		connect();
		subscribe();
		this.device.leave();
		publishMany();
		connect();
		this.device.unsubscribe("t");
		subscribe();
		publish(1);
		this.device.unsubscribe("t");
		publish(1);
		subscribe();
		publish(1);
		allArriveInOrder();
	}

	/** Ends the process; returns the next one, with what was kept. */
	private TestEngine next() {
		this.engine.close();
		return new TestEngine(this.store.kept(), new MovedClock(), 0, TestEngines.KEEP_ALL);
	}

	/** The queue has some of them still, and others are held again. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 6, 9, 12, 15, 20, 40 })
	void arriveInOrderThoughTheProcessEndsWhileTheyAreHeldAgain(int commits) {
		connect();
		subscribe();
		this.device.leave();
		publishMany();
		connect();
		beginToHoldAgain();
		subscribe();
		this.store.release(commits);
		this.engine.settle();
		try (TestEngine next = next()) {
			TestClient device = next.client("device");
			device.connect(HOUR);
			device.subscribe("t");
			assertThat(device.acknowledgedMessages()).extracting(Message::id).isEqualTo(this.published);
		}
	}

	/** A start goes on with that, whatever the device does. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 6, 12, 20, 40 })
	void areAllHeldAgainThoughTheProcessEndsMeanwhile(int commits) {
		connect();
		subscribe();
		this.device.subscribe("other");
		this.device.leave();
		publishMany();
		connect();
		beginToHoldAgain();
		this.store.release(commits);
		this.engine.settle();
		try (TestEngine next = next()) {
			await().until(() -> !next.families().contains("queue"));
			TestClient device = next.client("device");
			device.receiveMaximum(Window.PACKET_IDS);
			device.connect(HOUR);
			assertThat(device.acknowledgedTopics()).isEmpty();
			device.unsubscribe("other");
			assertThat(next.families()).contains("held").doesNotContain("queue", "subscription");
			device.subscribe("t");
			assertThat(device.acknowledgedMessages()).extracting(Message::id).isEqualTo(this.published);
		}
	}

	/** Its row must not go with that of the one before. */
	@Test
	void leaveTheSubscriptionThatComesBackMeanwhile() {
		connect();
		subscribe();
		this.device.leave();
		publishMany();
		connect();
		beginToHoldAgain();
		subscribe();
		this.store.release(Integer.MAX_VALUE);
		allArriveInOrder();
		try (TestEngine next = next()) {
			next.notify(held());
			TestClient device = next.client("device");
			device.connect(HOUR);
			assertThat(device.acknowledgedTopics()).containsExactly("t");
		}
	}

	/** The clock of the process before was ahead. */
	@Test
	void arriveInOrderThoughTheClockWasSetBack() {
		long most = MessageId.next(0).value().getMostSignificantBits() + (1000L << 16);
		for (int i = 0; i < 2; i++) {
			MessageId later = new MessageId(new UUID(most + i, Long.MIN_VALUE));
			this.engine.notify(
					TestMessages.notification(new Message(later, new Topic("t"), new byte[1], Qos.AT_LEAST_ONCE, false,
							null, Priority.NORMAL, MessageProperties.NONE, null), TestMessages.only(true, "device")));
			this.published.add(later);
		}
		try (TestEngine next = next()) {
			next.notify(held());
			TestClient device = next.client("device");
			device.connect(HOUR);
			device.subscribe("t");
			assertThat(device.acknowledgedMessages()).extracting(Message::id).isEqualTo(this.published);
		}
	}

	/** The first portion waits for the store. */
	private void beginToHoldAgain() {
		this.engine.settle();
		this.store.hold();
		this.device.unsubscribe("t");
		this.store.awaitCommit();
		this.store.releaseOne();
		this.store.awaitCommit();
	}

	@Test
	void arriveInOrderThoughTheSessionEndsWhileTheyAreHeldAgain() {
		connect();
		subscribe();
		this.device.leave();
		publishMany();
		connect();
		beginToHoldAgain();
		this.device.startClean(HOUR);
		subscribe();
		this.engine.engine().notify(List.of(held()));
		this.store.release(Integer.MAX_VALUE);
		allArriveInOrder();
	}

	@Test
	void areAllHeldAgainThoughAnotherSubscriptionEndsMeanwhile() {
		connect();
		subscribe();
		this.device.subscribe("other");
		publishMany();
		for (int i = 0; i < 300; i++) {
			this.engine.notify(TestMessages.held("other", "device"));
		}
		beginToHoldAgain();
		this.device.unsubscribe("other");
		this.store.release(Integer.MAX_VALUE);
		this.engine.settle();
		assertThat(this.engine.families()).contains("held").doesNotContain("queue");
	}

	/** With them others end that were not held. */
	@Test
	void arriveInOrderThoughTheSessionEnds() {
		connect();
		subscribe();
		this.device.subscribe("other");
		this.device.leave();
		for (int i = 0; i < MANY; i++) {
			publish(1);
			this.engine.publish(TestMessages.message("other"));
		}
		this.device.startClean(HOUR);
		subscribe();
		publish(1);
		allArriveInOrder();
	}

	/** The next one is given them, though the one before was about to be. */
	@Test
	void arriveThoughTheSessionEndsThatIsBeingGivenThem() {
		publishMany();
		connect();
		subscribe();
		this.device.startClean(HOUR);
		subscribe();
		publish(1);
		allArriveInOrder();
	}

	/** They match the subscription, whose own change waits behind them. */
	@Test
	void arriveInOrderThoughOthersWaitForTheDiskAsTheDeviceSubscribes() {
		publishMany();
		connect();
		this.engine.settle();
		this.store.hold();
		this.engine.engine().publish(List.of(TestMessages.retained("before")));
		this.store.awaitCommit();
		this.engine.engine().notify(List.of(held()));
		subscribe();
		this.store.release(Integer.MAX_VALUE);
		allArriveInOrder();
	}

	/** The subscription ends while a portion is looked at, and comes back in another. */
	@Test
	void arriveInOrderThoughTheSubscriptionIsGoneForAMoment() throws InterruptedException {
		publishMany();
		connect();
		Thread again = new Thread(this::subscribe);
		onTheJournal(300, () -> {
			this.device.unsubscribe("t");
			again.start();
		});
		subscribe();
		this.engine.settle();
		again.join();
		allArriveInOrder();
	}

	/** Those behind it come with the next subscription. */
	@Test
	void arriveInOrderThoughOfOneItCannotBeDecided() {
		publishMany();
		connect();
		onTheJournal(300, () -> this.engine.access().failAt(Action.READ, "t"));
		subscribe();
		this.engine.settle();
		this.engine.access().failNowhere();
		List<MessageId> received = ids(this.device.acknowledgedMessages());
		assertThat(received).isEqualTo(this.published.subList(0, 299));
		subscribe();
		assertThat(ids(this.device.acknowledgedMessages())).isEqualTo(this.published.subList(299, MANY));
	}

	/** The rules are asked once for all that may not be read. */
	@Test
	void arriveInOrderThoughTheyMayBeReadOnlyFromAMomentOn() {
		publishMany();
		this.engine.access().denyReadTo("device", "t");
		connect();
		AtomicInteger decisions = new AtomicInteger();
		this.engine.access().beforeDeciding(() -> {
			if (decisions.incrementAndGet() == 2) {
				this.engine.access().denyReadTo("device", "other");
			}
		});
		subscribe();
		this.engine.settle();
		assertThat(decisions).hasValue(1);
		this.engine.access().denyReadTo("device", "other");
		subscribe();
		allArriveInOrder();
	}

	/** No subscription is needed, and what is published from then on comes behind. */
	@Test
	void arriveInOrderAsSoonAsTheyMayBeRead() {
		publishMany();
		this.engine.access().denyReadTo("device", "t");
		connect();
		subscribe();
		this.engine.settle();
		this.engine.access().denyReadTo("device", "other");
		this.engine.engine().rulesChanged();
		publish(1);
		allArriveInOrder();
	}

	private static List<MessageId> ids(List<Message> messages) {
		return messages.stream().map(Message::id).toList();
	}

	/**
	 * Does something at a decision of the journal whether the device may read a message;
	 * at the next one nothing fails any more.
	 */
	private void onTheJournal(int decision, Runnable action) {
		AtomicInteger decisions = new AtomicInteger();
		this.engine.access().beforeDeciding(() -> {
			boolean journal = Thread.currentThread().getName().equals("heliograph-journal");
			int number = journal ? decisions.incrementAndGet() : 0;
			if (number == decision) {
				action.run();
			}
			else if (number == decision + 1) {
				this.engine.access().failNowhere();
			}
		});
	}

	@Test
	void arriveThoughTheDeviceSubscribesToThemWhileOthersArrive() {
		for (int i = 0; i < MANY; i++) {
			this.engine.notify(TestMessages.held((i % 2 == 0) ? "a" : "b", "device"));
		}
		connect();
		onTheJournal(300, () -> this.device.subscribe("b"));
		this.device.subscribe("a");
		assertThat(this.device.acknowledgedTopics()).hasSize(MANY);
	}

	/** The first portions of what the last session left were never held. */
	@Test
	void arriveThoughOthersAreClearedUpBeforeThem() {
		connect();
		subscribe();
		this.device.subscribe("other");
		this.device.leave();
		for (int i = 0; i < MANY; i++) {
			this.engine.publish(TestMessages.message("other"));
		}
		publish(1);
		this.device.startClean(HOUR);
		subscribe();
		allArriveInOrder();
	}

	/** They were all that was handed over. */
	@Test
	void letOthersArriveWhenTheyAreHeldAgain() {
		this.device.connect(HOUR);
		subscribe();
		this.device.subscribe("other");
		publish(300);
		for (int i = 0; i < 10; i++) {
			this.engine.publish(TestMessages.message("other"));
		}
		this.device.unsubscribe("t");
		assertThat(this.device.acknowledgedTopics()).hasSize(10).containsOnly("other");
	}

	/** It is withdrawn, and the session ends, while it is on its way. */
	@Test
	void areCountedOnceThoughTheyAreWithdrawnAndTheSessionEnds() {
		publishMany();
		MessageId last = this.published.get(MANY - 1);
		connect();
		onTheJournal(MANY - 100, () -> {
			this.engine.engine().withdraw(last);
			this.device.disconnectWithWill(0);
		});
		subscribe();
		this.engine.settle();
		assertThat(this.engine.engine().ledger().find(last).orElseThrow().counts().byFate())
			.isEqualTo(Map.of(Fate.RECALLED, 1));
	}

	/** By their ids they come before what was looked at already. */
	@Test
	void areAllFoundThoughOlderOnesAreHeldMeanwhile() {
		List<Notification> older = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			older.add(TestMessages.held("t", "device"));
		}
		publishMany();
		connect();
		subscribe();
		older.forEach(this.engine::notify);
		assertThat(this.device.acknowledgedTopics()).hasSize(MANY + older.size());
		for (Notification one : older) {
			assertThat(this.engine.counts(one)).isEqualTo(Map.of(Fate.ACKED, 1));
		}
	}

}
