package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import io.heliograph.broker.Fate;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/** What waits for a client that has no session, or no subscription that matches. */
class HoldTests {

	private static final int HOUR = 3600;

	private TestEngine engine = new TestEngine(3);

	private TestClient device = this.engine.client("device");

	@AfterEach
	void close() {
		this.engine.close();
	}

	private void restart() {
		this.engine = this.engine.restarted();
		this.device = this.engine.client("device");
	}

	private void subscribed(int expirySeconds, Qos qos) {
		this.device.connect(expirySeconds);
		this.device.subscribe("t", new SubscriptionOptions(qos, false, false, 0, 0));
	}

	private Notification held() {
		Notification notification = TestMessages.held("t", "device");
		this.engine.notify(notification);
		return notification;
	}

	/** It waits on, and arrives with the next subscription. */
	private void isHeldAndArrives(Notification notification) {
		assertThat(this.engine.fates(notification)).containsExactly("device: HELD");
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.HELD, 1));
		assertThat(this.engine.families()).contains("held").doesNotContain("unstored");
		subscribed(HOUR, Qos.AT_LEAST_ONCE);
		assertThat(this.device.acknowledgedTopics()).containsExactly("t");
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.ACKED, 1));
		assertThat(this.engine.families()).doesNotContain("held");
	}

	@Test
	void holdsWhatNobodyHasYet() {
		Notification notification = TestMessages.held("t", "device");
		this.engine.notify(notification);
		assertThat(this.engine.fates(notification)).containsExactly("device: HELD");
		restart();
		this.device.connect(HOUR);
		this.device.subscribe("other");
		assertThat(this.engine.fates(notification)).containsExactly("device: HELD");
		this.device.subscribe("t");
		assertThat(this.engine.fates(notification)).containsExactly("device: QUEUED");
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.QUEUED, 1));
		assertThat(this.device.acknowledgedTopics()).containsExactly("t");
		assertThat(this.engine.fates(notification)).containsExactly("device: ACKED");
	}

	@Test
	void holdsItAgainWhenTheSubscriptionOrTheSessionEnds() {
		subscribed(HOUR, Qos.AT_LEAST_ONCE);
		Notification notification = TestMessages.held("t", "device");
		this.engine.notify(notification);
		assertThat(this.engine.fates(notification)).containsExactly("device: QUEUED");
		this.device.unsubscribe("t");
		assertThat(this.engine.fates(notification)).containsExactly("device: HELD");
		assertThat(this.device.topics()).isEmpty();
		this.device.subscribe("t");
		assertThat(this.engine.fates(notification)).containsExactly("device: QUEUED");
		this.device.startClean(HOUR);
		assertThat(this.engine.fates(notification)).containsExactly("device: HELD");
		this.device.subscribe("t");
		assertThat(this.device.acknowledgedTopics()).containsExactly("t");
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.ACKED, 1));
	}

	@Test
	void holdsWhatItsClientMayNotReadYet() {
		Notification notification = TestMessages.held("t", "device");
		this.engine.notify(notification);
		this.engine.access().denyReadTo("device", "t");

		this.device.connect(HOUR);
		this.device.subscribe("+");
		assertThat(this.engine.fates(notification)).containsExactly("device: HELD");
	}

	@ParameterizedTest
	@EnumSource(Qos.class)
	void isHeldAgainWhenItsSessionEndsThatIsNotStored(Qos qos) {
		subscribed(0, qos);
		Notification notification = held();
		assertThat(this.engine.fates(notification)).containsExactly("device: QUEUED");
		this.device.leave();
		isHeldAndArrives(notification);
	}

	@Test
	void isHeldAgainThoughItWasSent() {
		subscribed(0, Qos.AT_LEAST_ONCE);
		Notification notification = held();
		assertThat(this.device.topics()).containsExactly("t");
		this.device.leave();
		isHeldAndArrives(notification);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, HOUR })
	void isHeldAgainWhenTheSubscriptionEndsWhateverItsQualityOfService(int expirySeconds) {
		subscribed(expirySeconds, Qos.AT_MOST_ONCE);
		Notification notification = held();
		this.device.subscribe("+");
		this.device.unsubscribe("+");
		assertThat(this.engine.fates(notification)).as("another one matches").containsExactly("device: QUEUED");
		this.device.unsubscribe("t");
		assertThat(this.device.topics()).isEmpty();
		isHeldAndArrives(notification);
	}

	@Test
	void isHeldAgainAfterARestart() {
		subscribed(0, Qos.AT_LEAST_ONCE);
		Notification notification = held();
		Notification other = TestMessages.notification("t");
		this.engine.notify(other);
		restart();
		assertThat(this.engine.fates(other)).containsExactly("device: DROPPED(RESTART)");
		isHeldAndArrives(notification);
	}

	/** The subscription is there: it is as if the device was away. */
	@Test
	void isNotHeldAfterARestartThatItsSubscriptionOutlived() {
		subscribed(HOUR, Qos.AT_MOST_ONCE);
		Notification notification = held();
		restart();
		assertThat(this.engine.fates(notification)).containsExactly("device: DROPPED(OFFLINE)");
		assertThat(this.engine.families()).doesNotContain("held", "unstored");
	}

	@Test
	void arrivesInASessionThatIsNotStored() {
		Notification notification = held();
		subscribed(0, Qos.AT_LEAST_ONCE);
		assertThat(this.engine.fates(notification)).containsExactly("device: QUEUED");
		assertThat(this.device.acknowledgedTopics()).containsExactly("t");
		assertThat(this.engine.fates(notification)).containsExactly("device: ACKED");
	}

	/** It is found by the subscriptions of a session that is being ended. */
	@Test
	void isHeldThoughASessionHasJustEnded() {
		CutStore store = new CutStore();
		try (TestEngine cut = new TestEngine(store, new MovedClock(), 100, TestEngines.LEDGER)) {
			TestClient client = cut.client("device");
			client.connect(HOUR);
			for (int i = 0; i < 40; i++) {
				client.subscribe("s/" + i);
			}
			client.subscribe("t");
			cut.settle();
			store.hold();
			cut.engine().publish(List.of(TestMessages.retained("before")));
			store.awaitCommit();
			client.disconnectWithWill(0);
			Notification notification = TestMessages.held("t", "device");
			CompletionStage<List<Outcome>> taken = cut.engine().notify(List.of(notification));
			client.connect(0);
			client.subscribe("t");
			store.release(Integer.MAX_VALUE);
			assertThat(taken.toCompletableFuture().join()).containsExactly(new Outcome.Routed(1));
			assertThat(client.acknowledgedTopics()).containsExactly("t");
			assertThat(cut.counts(notification)).isEqualTo(Map.of(Fate.ACKED, 1));
		}
	}

	/** Its session has ended by the time that the subscription is seen to. */
	@Test
	void isHeldOnWhenASubscriptionIsGoneAtOnce() {
		CutStore store = new CutStore();
		try (TestEngine cut = new TestEngine(store, new MovedClock(), 100, TestEngines.LEDGER)) {
			Notification notification = TestMessages.held("t", "device");
			cut.notify(notification);
			store.hold();
			cut.engine().publish(List.of(TestMessages.retained("before")));
			store.awaitCommit();
			TestClient client = cut.client("device");
			client.connect(HOUR);
			client.subscribe("t");
			client.disconnectWithWill(0);
			store.release(Integer.MAX_VALUE);
			assertThat(cut.fates(notification)).containsExactly("device: HELD");
			assertThat(cut.drops()).isEmpty();
			client.connect(0);
			client.subscribe("t");
			assertThat(client.acknowledgedTopics()).containsExactly("t");
		}
	}

	/** The queue of the session before is cleared up in portions, some of them later. */
	@Test
	void arrivesThoughThoseBeforeAreStillBeingTakenFromTheLastSession() {
		try (TestEngine large = new TestEngine(5000)) {
			TestClient client = large.client("device");
			client.connect(HOUR);
			client.subscribe("t");
			Notification[] all = IntStream.range(0, 2000)
				.mapToObj((i) -> TestMessages.held("t", "device"))
				.toArray(Notification[]::new);
			large.notify(all);
			client.startClean(HOUR);
			client.subscribe("t");
			assertThat(client.acknowledgedTopics()).hasSize(2000);
			for (Notification one : all) {
				assertThat(large.counts(one)).isEqualTo(Map.of(Fate.ACKED, 1));
			}
		}
	}

	/** In a session that is stored, and in one that is not. */
	@ParameterizedTest
	@ValueSource(ints = { 0, HOUR })
	void isNotHeldAgainIfItWasWithdrawn(int expirySeconds) {
		subscribed(expirySeconds, Qos.AT_LEAST_ONCE);
		Notification notification = held();
		assertThat(this.device.topics()).containsExactly("t");
		this.engine.engine().withdraw(notification.message().id()).toCompletableFuture().join();
		assertThat(this.engine.fates(notification)).as("it is too late").containsExactly("device: SENT");
		this.device.startClean(HOUR);
		assertThat(this.engine.fates(notification)).containsExactly("device: RECALLED");
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.RECALLED, 1));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, HOUR })
	void isNotHeldAgainIfANewerOneTookItsPlace(int expirySeconds) {
		subscribed(expirySeconds, Qos.AT_LEAST_ONCE);
		Notification older = collapsing();
		this.engine.notify(older);
		assertThat(this.device.topics()).containsExactly("t");
		Notification newer = collapsing();
		this.engine.notify(newer);
		this.device.startClean(HOUR);
		assertThat(this.engine.fates(older)).containsExactly("device: SUPERSEDED");
		assertThat(this.engine.fates(newer)).containsExactly("device: HELD");
	}

	private static Notification collapsing() {
		return new Notification(TestMessages.message("t"), TestMessages.only(true, "device"), "backend", null, null,
				"key", new byte[0]);
	}

	/** What leaves a queue is bounded like what comes. */
	@ParameterizedTest
	@ValueSource(ints = { 0, HOUR })
	void isNotHeldAgainIfTooManyAre(int expirySeconds) {
		this.device.connect(expirySeconds);
		List<Notification> all = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			this.device.subscribe("t/" + i);
			for (int j = 0; j < 2; j++) {
				Notification notification = TestMessages.held("t/" + i, "device");
				this.engine.notify(notification);
				all.add(notification);
			}
			this.device.unsubscribe("t/" + i);
		}
		assertThat(all.stream().filter((one) -> this.engine.counts(one).containsKey(Fate.HELD))).hasSize(3);
		assertThat(all.stream().filter((one) -> this.engine.counts(one).containsKey(Fate.DROPPED))).hasSize(3);
		assertThat(this.engine.drops()).containsExactly(entry("queue-full", 3L));
	}

	/** It is new, though it has been in the store since it was scheduled. */
	@Test
	void isHeldInThePlaceOfAnotherWhenItIsDue() {
		Notification older = collapsing();
		this.engine.notify(older);
		Notification scheduled = new Notification(TestMessages.message("t"), TestMessages.only(true, "device"),
				"backend", null, this.engine.clock().instant().plusSeconds(10), "key", new byte[0]);
		this.engine.notify(scheduled);
		this.engine.pass(10);
		this.engine.engine().expire();
		assertThat(this.engine.fates(scheduled)).containsExactly("device: HELD");
		assertThat(this.engine.fates(older)).containsExactly("device: SUPERSEDED");
	}

	@Test
	void isNotHeldAgainAfterARestartIfItWasWithdrawn() {
		subscribed(0, Qos.AT_LEAST_ONCE);
		Notification notification = held();
		assertThat(this.device.topics()).containsExactly("t");
		this.engine.engine().withdraw(notification.message().id()).toCompletableFuture().join();
		restart();
		assertThat(this.engine.fates(notification)).containsExactly("device: RECALLED");
	}

	@Test
	void isNotHeldAgainAfterARestartIfANewerOneTookItsPlace() {
		subscribed(0, Qos.AT_LEAST_ONCE);
		Notification older = collapsing();
		this.engine.notify(older);
		assertThat(this.device.topics()).containsExactly("t");
		Notification newer = collapsing();
		this.engine.notify(newer);
		restart();
		assertThat(this.engine.fates(older)).containsExactly("device: SUPERSEDED");
		assertThat(this.engine.fates(newer)).containsExactly("device: HELD");
	}

	/** It is not held again, so nothing is dropped for want of room. */
	@Test
	void countsNothingOfWhatIsSentAndStays() {
		for (int i = 0; i < 3; i++) {
			this.engine.notify(TestMessages.held("other", "device"));
		}
		subscribed(HOUR, Qos.AT_LEAST_ONCE);
		this.engine.settle();
		Notification notification = held();
		List<Copy> copies = this.device.receive();
		assertThat(copies).hasSize(1);
		this.device.unsubscribe("t");
		assertThat(this.engine.fates(notification)).containsExactly("device: SENT");
		assertThat(this.engine.drops()).isEmpty();
	}

	/** As many are held as may, and its own queue is empty. */
	@Test
	void isQueuedThoughOthersAreLookedThroughAtThatMoment() {
		for (int i = 0; i < 3; i++) {
			this.engine.notify(TestMessages.held("other", "device"));
		}
		subscribed(HOUR, Qos.AT_LEAST_ONCE);
		Notification notification = held();
		assertThat(this.engine.fates(notification)).containsExactly("device: QUEUED");
		assertThat(this.engine.drops()).isEmpty();
	}

	/**
	 * What may not be read is held by nothing that comes before it. Twenty are in flight.
	 */
	@Test
	void isBoundedWhileOthersAreLookedThrough() {
		for (int i = 0; i < 3; i++) {
			this.engine.notify(TestMessages.held("other", "device"));
		}
		this.engine.access().denyReadTo("device", "t");
		this.device.connect(HOUR);
		for (int i = 0; i < 3; i++) {
			this.device.subscribe("t");
			for (int j = 0; j < 10; j++) {
				held();
			}
		}
		assertThat(this.engine.drops()).containsExactly(entry("queue-full", 7L));
	}

}
