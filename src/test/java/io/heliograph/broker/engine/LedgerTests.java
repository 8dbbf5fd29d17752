package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import io.heliograph.account.Action;
import io.heliograph.broker.Audience;
import io.heliograph.broker.Broker.Withdrawn;
import io.heliograph.broker.Delivery;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Ledger.Search;
import io.heliograph.broker.Ledger.Watch;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Notification;
import io.heliograph.broker.NotificationRecord;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.OnceKey;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.Slice;
import io.heliograph.broker.Slice.Cursor;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of the deliveries of notifications, as the ledger tells it. */
class LedgerTests {

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

	private void subscribed(String filter) {
		this.device.connect(HOUR);
		this.device.subscribe(filter);
	}

	@Test
	void tellsWhoHasItAndWhoNot() {
		subscribed("t");
		TestClient away = this.engine.client("away");
		away.connect(HOUR);
		away.subscribe("t");
		away.leave();
		Notification notification = TestMessages.notification("t");
		assertThat(this.engine.notify(notification)).containsExactly(new Outcome.Routed(2));
		assertThat(this.engine.fates(notification)).containsExactly("away: QUEUED", "device: QUEUED");
		this.device.receive();
		assertThat(this.engine.fates(notification)).containsExactly("away: QUEUED", "device: SENT");
		this.device.acknowledge(1);
		assertThat(this.engine.fates(notification)).containsExactly("away: QUEUED", "device: ACKED");
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.QUEUED, 1, Fate.ACKED, 1));
		restart();
		assertThat(this.engine.fates(notification)).containsExactly("away: QUEUED", "device: ACKED");
	}

	@Test
	void isNotOfWhatDevicesPublish() {
		subscribed("t");
		this.engine.publish(TestMessages.message("t"));
		assertThat(this.engine.engine().ledger().search(new Search(null, null, null, null), null, 10).items())
			.isEmpty();
	}

	@Test
	void tellsNothingOfOthersWhateverTheCursor() {
		subscribed("t");
		Notification one = TestMessages.notification("t");
		this.engine.notify(TestMessages.notification("t"), one);
		this.engine.settle();
		assertThat(this.engine.engine()
			.ledger()
			.deliveries(one.message().id(), null, new Cursor(new byte[16]), 10)
			.items()).hasSize(1);
	}

	@Test
	void tellsAllWhoWatchThoughOneFails() {
		Watches watches = new Watches();
		MessageId id = MessageId.next(0);
		AtomicInteger told = new AtomicInteger();
		watches.add(id, () -> {
			throw new IllegalStateException("a defect in who watches");
		});
		watches.add(id, told::incrementAndGet);
		watches.changed(Set.of(id)).run();
		assertThat(told).hasValue(1);
	}

	@Test
	void tellsThatNobodyMatched() {
		Notification notification = TestMessages.notification("t");
		assertThat(this.engine.notify(notification)).containsExactly(new Outcome.Routed(0));
		assertThat(this.engine.counts(notification)).isEmpty();
		assertThat(this.engine.fates(notification)).isEmpty();
	}

	@Test
	void tellsWhatBecomesOfQos0() {
		this.device.connect(HOUR);
		this.device.subscribe("t", TestClient.options(Qos.AT_MOST_ONCE));
		Notification there = TestMessages.notification("t");
		this.engine.notify(there);
		this.device.receive();
		assertThat(this.engine.fates(there)).containsExactly("device: SENT");
		Notification lost = TestMessages.notification("t");
		this.engine.notify(lost);
		this.device.leave();
		assertThat(this.engine.fates(lost)).containsExactly("device: DROPPED(OFFLINE)");
		Notification late = TestMessages.notification("t");
		this.engine.notify(late);
		assertThat(this.engine.fates(late)).containsExactly("device: DROPPED(OFFLINE)");
		assertThat(this.engine.families()).doesNotContain("unstored");
	}

	@Test
	void tellsWhatBecomesOfSessionsThatAreNotStored() {
		this.device.connect(0);
		this.device.subscribe("t");
		Notification acknowledged = TestMessages.notification("t");
		Notification lost = TestMessages.notification("t");
		this.engine.notify(acknowledged, lost);
		this.device.receive();
		assertThat(this.engine.fates(lost)).containsExactly("device: SENT");
		this.device.acknowledge(1);
		assertThat(this.engine.fates(acknowledged)).containsExactly("device: ACKED");
		this.device.leave();
		assertThat(this.engine.fates(lost)).containsExactly("device: DROPPED(SESSION_ENDED)");
		assertThat(this.engine.families()).doesNotContain("unstored");
	}

	@Test
	void tellsWhatWasLostWithTheProcess() {
		this.device.connect(0);
		this.device.subscribe("t");
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		restart();
		assertThat(this.engine.fates(notification)).containsExactly("device: DROPPED(RESTART)");
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.DROPPED, 1));
	}

	@Test
	void tellsWhyItIsNotDelivered() {
		this.device.receiveMaximum(1);
		subscribed("+");
		this.engine.access().denyReadTo("device", "denied");
		this.device.isTooSmallFor("large");
		Notification denied = TestMessages.notification("denied");
		Notification large = TestMessages.notification("large");
		Notification refused = TestMessages.notification("refused");
		Notification full = TestMessages.notification("full");
		this.engine.notify(denied, large, refused, TestMessages.notification("waits"), full);
		assertThat(this.engine.fates(full)).containsExactly("device: DROPPED(QUEUE_FULL)");
		assertThat(this.device.topics()).containsExactly("refused");
		this.device.refuse(3);
		assertThat(this.engine.fates(denied)).containsExactly("device: DENIED");
		assertThat(this.engine.fates(large)).containsExactly("device: DROPPED(TOO_LARGE)");
		assertThat(this.engine.fates(refused)).containsExactly("device: DROPPED(REFUSED)");
	}

	@Test
	void tellsHowASessionEnded() {
		subscribed("t");
		Notification first = TestMessages.notification("t");
		this.engine.notify(first);
		this.device.startClean(HOUR);
		this.device.subscribe("t");
		Notification second = TestMessages.notification("t");
		this.engine.notify(second);
		this.device.disconnectWithWill(0);
		this.engine.settle();
		assertThat(this.engine.fates(first)).containsExactly("device: DROPPED(CLEAN_START)");
		assertThat(this.engine.fates(second)).containsExactly("device: DROPPED(SESSION_ENDED)");
	}

	@Test
	void tellsWhatExpired() {
		subscribed("t");
		this.device.leave();
		Instant expiry = this.engine.clock().instant().plusSeconds(10);
		Notification waiting = TestMessages.notification(TestMessages.expiring("t", expiry), Audience.SUBSCRIBERS);
		Notification held = TestMessages.notification(TestMessages.expiring("t", expiry),
				TestMessages.only(true, "nobody"));
		this.engine.notify(waiting, held);
		this.engine.clock().move(Duration.ofSeconds(11));
		await().untilAsserted(() -> {
			assertThat(this.engine.fates(waiting)).containsExactly("device: EXPIRED");
			assertThat(this.engine.fates(held)).containsExactly("nobody: EXPIRED");
		});
		assertThat(this.device.queued()).isZero();
		assertThat(this.engine.families()).doesNotContain("held", "due", "queue");
	}

	@Test
	void givesUpWhatIsNotToBeHeld() {
		subscribed("other");
		Notification notification = TestMessages.notification(TestMessages.message("t"),
				TestMessages.only(false, "device", "nobody"));
		this.engine.notify(notification);
		assertThat(this.engine.fates(notification)).containsExactly("device: DROPPED(NOT_SUBSCRIBED)",
				"nobody: DROPPED(NO_SESSION)");
	}

	@Test
	void isForThoseOnlyWhoAreNamed() {
		subscribed("t");
		TestClient other = this.engine.client("other");
		other.connect(HOUR);
		other.subscribe("t");
		Notification notification = TestMessages.held("t", "device");
		assertThat(this.engine.notify(notification)).containsExactly(new Outcome.Routed(1));
		assertThat(this.engine.fates(notification)).containsExactly("device: QUEUED");
		assertThat(other.topics()).isEmpty();
	}

	private static Notification collapsing(String topic, String key) {
		return new Notification(TestMessages.message(topic), TestMessages.only(true, "device"), "backend", null, null,
				key, new byte[0]);
	}

	@Test
	void collapsesWhatWaits() {
		Notification held = collapsing("t", "k");
		Notification second = collapsing("t", "k");
		Notification other = collapsing("t", "other");
		this.engine.notify(held, second, other);
		assertThat(this.engine.fates(held)).containsExactly("device: SUPERSEDED");
		assertThat(this.engine.fates(second)).containsExactly("device: HELD");
		subscribed("t");
		Notification third = collapsing("t", "k");
		this.engine.notify(third);
		assertThat(this.engine.fates(second)).containsExactly("device: SUPERSEDED");
		this.device.receive();
		Notification fourth = collapsing("t", "k");
		this.engine.notify(fourth);
		assertThat(this.engine.fates(third)).as("it is sent").containsExactly("device: SENT");
		assertThat(this.engine.fates(other)).containsExactly("device: SENT");
		assertThat(this.engine.fates(fourth)).containsExactly("device: QUEUED");
	}

	private Withdrawn withdraw(Notification notification) {
		return this.engine.engine().withdraw(notification.message().id()).toCompletableFuture().join();
	}

	@Test
	void withdrawsWhatIsNotSent() {
		subscribed("t");
		this.device.receiveMaximum(1);
		this.device.connect(HOUR);
		Notification sent = TestMessages.notification("t");
		Notification waiting = TestMessages.notification("t");
		Notification held = TestMessages.held("t", "nobody");
		this.engine.notify(sent, waiting, held);
		this.device.receive();
		assertThat(withdraw(sent)).isEqualTo(new Withdrawn(true, 0, 1));
		assertThat(withdraw(waiting)).isEqualTo(new Withdrawn(true, 1, 0));
		assertThat(withdraw(held)).isEqualTo(new Withdrawn(true, 1, 0));
		assertThat(withdraw(TestMessages.notification("never"))).isEqualTo(new Withdrawn(false, 0, 0));
		assertThat(this.engine.fates(waiting)).containsExactly("device: RECALLED");
		assertThat(this.engine.fates(held)).containsExactly("nobody: RECALLED");
		this.device.acknowledge(1);
		assertThat(this.engine.fates(sent)).containsExactly("device: ACKED");
		assertThat(this.device.topics()).isEmpty();
		assertThat(withdraw(waiting)).as("again").isEqualTo(new Withdrawn(true, 0, 1));
	}

	@Test
	void withdrawsWhatManyWaitFor() {
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < 600; i++) {
			TestClient client = this.engine.client("client-" + i);
			client.connect(HOUR);
			client.subscribe("t");
			client.leave();
			clients.add(client);
		}
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		assertThat(withdraw(notification)).isEqualTo(new Withdrawn(true, 600, 0));
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.RECALLED, 600));
		assertThat(clients.get(0).queued()).isZero();
	}

	private Notification at(Instant notBefore) {
		return new Notification(TestMessages.message("t"), Audience.SUBSCRIBERS, "backend", null, notBefore, null,
				new byte[0]);
	}

	private State state(Notification notification) {
		this.engine.settle();
		return this.engine.engine().ledger().find(notification.message().id()).orElseThrow().state();
	}

	@Test
	void waitsForItsTime() {
		subscribed("t");
		Notification later = at(this.engine.clock().instant().plusSeconds(60));
		Notification cancelled = at(this.engine.clock().instant().plusSeconds(60));
		this.engine.notify(later, cancelled);
		withdraw(cancelled);
		assertThat(state(later)).isEqualTo(State.SCHEDULED);
		restart();
		this.device.connect(HOUR);
		assertThat(this.device.topics()).isEmpty();
		this.engine.clock().move(Duration.ofSeconds(61));
		await().until(() -> state(later) == State.ROUTED);
		assertThat(this.engine.fates(later)).containsExactly("device: QUEUED");
		assertThat(state(cancelled)).isEqualTo(State.CANCELLED);
		assertThat(this.engine.fates(cancelled)).isEmpty();
		assertThat(this.device.topics()).containsExactly("t");
	}

	private Notification once(String key, int fingerprint) {
		OnceKey once = new OnceKey("backend", key, new byte[] { (byte) fingerprint },
				this.engine.clock().instant().plusSeconds(60));
		return new Notification(TestMessages.message("t"), Audience.SUBSCRIBERS, "backend", once, null, null,
				new byte[0]);
	}

	@Test
	void isNotPublishedAgain() {
		subscribed("t");
		Notification first = once("k", 1);
		Notification together = once("k", 1);
		assertThat(this.engine.notify(first, together)).containsExactly(new Outcome.Routed(1),
				new Outcome.Repeated(first.message().id(), true));
		restart();
		assertThat(this.engine.notify(once("k", 1))).containsExactly(new Outcome.Repeated(first.message().id(), true));
		assertThat(this.engine.notify(once("k", 2))).containsExactly(new Outcome.Repeated(first.message().id(), false));
		assertThat(this.engine.notify(once("other", 1))).containsExactly(new Outcome.Routed(1));
		this.engine.clock().move(Duration.ofSeconds(61));
		assertThat(this.engine.notify(once("k", 2))).containsExactly(new Outcome.Routed(1));
		this.device.connect(HOUR);
		assertThat(this.device.topics()).hasSize(3);
	}

	@Test
	void followsTheCopyOfAGroup() {
		this.device.connect(HOUR);
		this.device.subscribe("$share/group/t");
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		assertThat(this.engine.fates(notification)).containsExactly("$share/group/t device: QUEUED");
		TestClient other = this.engine.client("other");
		other.connect(HOUR);
		other.subscribe("$share/group/t");
		this.device.startClean(HOUR);
		await().untilAsserted(
				() -> assertThat(this.engine.fates(notification)).containsExactly("$share/group/t other: QUEUED"));
		assertThat(other.acknowledgedTopics()).containsExactly("t");
		assertThat(this.engine.fates(notification)).containsExactly("$share/group/t other: ACKED");
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.ACKED, 1));
		assertThat(texts("other")).containsExactly("$share/group/t other: ACKED");
		assertThat(texts("device")).isEmpty();
	}

	private List<String> texts(String client) {
		return this.engine.engine()
			.ledger()
			.deliveries(new ClientId(client), null, 100)
			.items()
			.stream()
			.map(TestEngine::text)
			.toList();
	}

	@Test
	void tellsThatNobodyOfAGroupMayReadIt() {
		subscribed("$share/group/+");
		this.engine.access().denyRead("t");
		Notification notification = TestMessages.notification("t");
		assertThat(this.engine.notify(notification)).containsExactly(new Outcome.Routed(0));
		assertThat(this.engine.fates(notification)).isEmpty();
	}

	@Test
	void isReadInSlices() {
		subscribed("t");
		List<MessageId> published = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			Notification notification = TestMessages.notification("t");
			this.engine.notify(notification);
			published.add(0, notification.message().id());
		}
		this.device.receive();
		this.device.acknowledge(2);
		this.engine.settle();
		List<Delivery> deliveries = new ArrayList<>();
		Cursor next = null;
		do {
			Slice<Delivery> slice = this.engine.engine().ledger().deliveries(new ClientId("device"), next, 2);
			deliveries.addAll(slice.items());
			next = slice.next();
		}
		while (next != null);
		assertThat(deliveries).extracting(Delivery::message).isEqualTo(published);
		assertThat(deliveries).extracting(Delivery::fate).containsExactly(Fate.SENT, Fate.ACKED, Fate.SENT);
		assertThat(deliveries.get(1).position()).isGreaterThan(deliveries.get(0).position());
		assertThat(search(new Search(null, null, null, null))).isEqualTo(published);
		assertThat(search(new Search(null, null, "another", null))).isEmpty();
		assertThat(search(new Search(null, null, "backend", "t"))).isEqualTo(published);
	}

	private List<MessageId> search(Search search) {
		List<NotificationRecord> found = new ArrayList<>();
		@Nullable Cursor next = null;
		do {
			Slice<NotificationRecord> slice = this.engine.engine().ledger().search(search, next, 2);
			found.addAll(slice.items());
			next = slice.next();
		}
		while (next != null);
		return found.stream().map((record) -> record.notification().message().id()).toList();
	}

	@Test
	void callsThoseWhoWatch() {
		subscribed("t");
		Notification notification = TestMessages.notification("t");
		AtomicInteger changes = new AtomicInteger();
		Watch watch = this.engine.engine().ledger().watch(notification.message().id(), changes::incrementAndGet);
		this.engine.notify(notification);
		this.engine.settle();
		assertThat(changes).hasValue(1);
		this.device.receive();
		this.device.acknowledge(1);
		this.engine.settle();
		assertThat(changes).hasValue(2);
		watch.close();
		withdraw(notification);
		this.engine.settle();
		Notification other = TestMessages.notification("t");
		this.engine.notify(other);
		this.engine.settle();
		assertThat(changes).hasValue(2);
	}

	@Test
	void countsNobodyWhereTheRulesFail() {
		subscribed("$share/group/t");
		this.engine.access().failAt(Action.READ, "t");
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		assertThat(this.engine.counts(notification)).isEmpty();
	}

}
