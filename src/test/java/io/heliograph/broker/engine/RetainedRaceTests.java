package io.heliograph.broker.engine;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.heliograph.account.MqttClient;
import io.heliograph.broker.Audience;
import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Queued;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import io.heliograph.testing.WholeQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Retained messages of one topic to which something else happens at once. */
class RetainedRaceTests {

	private static final SubscriptionOptions OPTIONS = new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 0, 0);

	private static final long SWEEP_SECONDS = 60;

	private final TestAccess access = new TestAccess();

	private final MovedClock clock = new MovedClock();

	private final Engine engine = TestEngines.open(this.access, this.clock, 100);

	private final CountDownLatch held = new CountDownLatch(1);

	private final CountDownLatch goOn = new CountDownLatch(1);

	@AfterEach
	void close() {
		this.goOn.countDown();
		this.engine.close();
	}

	/**
	 * One is held where it is retained and not yet routed: the other must wait. For a
	 * member of a group the rules are asked there.
	 */
	@Test
	void stayRetainedIfTheyAreRoutedLast() throws InterruptedException {
		Link link = new TestLink();
		// where no session of a group is stored it is decided by who publishes
		subscribe(open("subscriber", link, 0), link, "$share/group/t");
		Message first = TestMessages.retained("t");
		Message second = TestMessages.retained("t");
		Thread firstPublisher = publisher(first);
		Thread secondPublisher = publisher(second);
		this.access.beforeDeciding(() -> {
			if (Thread.currentThread() == firstPublisher) {
				hold();
			}
		});
		startTheSecondWhileTheFirstIsHeld(firstPublisher, secondPublisher);
		List<Queued> routed = queued("subscriber");
		assertThat(routed).hasSize(2);
		subscribe("late", "t");
		assertThat(queued("late")).extracting(Queued::message).containsExactly(routed.get(1).message());
	}

	/** The subscriber is held where it is added and not yet served what is retained. */
	@Test
	void comeInTheirOrderToWhoSubscribesMeanwhile() throws InterruptedException {
		Message first = TestMessages.retained("t");
		Message second = TestMessages.retained("t");
		this.engine.publish(List.of(first));
		Link link = new TestLink();
		Session session = open("subscriber", link);
		Thread subscriber = new Thread(() -> subscribe(session, link, "t"));
		this.clock.beforeReading(() -> {
			if (Thread.currentThread() == subscriber) {
				hold();
			}
		});
		startTheSecondWhileTheFirstIsHeld(subscriber, publisher(second));
		assertThat(queued("subscriber")).extracting(Queued::message).containsExactly(first.id(), second.id());
	}

	private void startTheSecondWhileTheFirstIsHeld(Thread first, Thread second) throws InterruptedException {
		first.start();
		assertThat(this.held.await(10, TimeUnit.SECONDS)).isTrue();
		second.start();
		await().until(() -> second.getState() == Thread.State.WAITING || !second.isAlive());
		this.goOn.countDown();
		first.join();
		second.join();
	}

	private void hold() {
		this.held.countDown();
		try {
			this.goOn.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Thread publisher(Message message) {
		return new Thread(() -> this.engine.publish(List.of(message)));
	}

	private void subscribe(String id, String filter) {
		Link link = new TestLink();
		subscribe(open(id, link), link, filter);
	}

	private Session open(String id, Link link) {
		return open(id, link, Opening.NEVER);
	}

	private Session open(String id, Link link, long expirySeconds) {
		MqttClient client = new MqttClient(null, new ClientId(id), InetAddress.getLoopbackAddress());
		return this.engine.open(new Opening(client, false, true, expirySeconds, 20, null), link).session();
	}

	private void subscribe(Session session, Link link, String filter) {
		assertThat(this.engine.subscribe(session, link, ShareableFilter.parse(filter), OPTIONS)).isEqualTo(1);
	}

	private List<Queued> queued(String id) {
		this.engine.durable().toCompletableFuture().join();
		return WholeQueue.of(this.engine.sessions(), new ClientId(id));
	}

	/** The one that is in memory is also the one that is stored. */
	@Test
	void isTheSameInTheStoreWhoeverRetainedIt() {
		CutStore store = new CutStore();
		Message late = TestMessages.retained("t");
		Notification notification = TestMessages.notification(TestMessages.retained("t"), Audience.SUBSCRIBERS);
		try (TestEngine cut = new TestEngine(store, this.clock, 100, TestEngines.LEDGER)) {
			store.hold();
			cut.engine().publish(List.of(TestMessages.retained("before")));
			store.awaitCommit();
			cut.engine().notify(List.of(notification));
			cut.engine().publish(List.of(late));
			store.release(Integer.MAX_VALUE);
			cut.settle();
			byte[] stored = store.get(Families.RETAINED, MessageRow.retainedKey(late.topic()));
			assertThat(stored).isNotNull();
			TestClient reader = cut.client("reader");
			reader.startClean(0);
			reader.subscribe("t", OPTIONS);
			assertThat(reader.receive()).singleElement()
				.extracting((copy) -> copy.shared().message().id())
				.isEqualTo(MessageRow.read(stored).id());
		}
	}

	/** What has expired goes, and not what has come in its place. */
	@Test
	void isNotDeletedByTheEndOfTheOneBefore() {
		CutStore store = new CutStore();
		Message expired = TestMessages.retained("t", this.clock.instant().plusSeconds(10), null);
		Notification newer = TestMessages.notification(TestMessages.retained("t"), Audience.SUBSCRIBERS);
		try (TestEngine cut = new TestEngine(store, this.clock, 100, TestEngines.LEDGER)) {
			cut.publish(expired);
			store.hold();
			cut.engine().publish(List.of(TestMessages.retained("before")));
			store.awaitCommit();
			cut.engine().notify(List.of(newer));
			cut.pass(SWEEP_SECONDS);
			store.release(Integer.MAX_VALUE);
			cut.settle();
			byte[] stored = store.get(Families.RETAINED, MessageRow.retainedKey(expired.topic()));
			assertThat(stored).isNotNull();
			assertThat(MessageRow.read(stored).id()).isEqualTo(newer.message().id());
		}
	}

}
