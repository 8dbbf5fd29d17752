package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Notification;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Family;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How many rows are looked at, and passed over, where there are many. */
class ManyRowsTests {

	/** More than are looked at in ten changes. */
	private static final int MANY = 3_000;

	private final MovedClock clock = new MovedClock();

	private final CutStore store = new CutStore();

	/** Whose queues have no limit. */
	private final TestEngine engine = new TestEngine(this.store, this.clock, 0, TestEngines.KEEP_ALL);

	private final TestClient device = this.engine.client("device");

	@AfterEach
	void close() {
		this.engine.close();
	}

	/** How much work was done: deleted rows are as much as others. */
	private int work(Family family) {
		return this.store.visits(family) + this.store.passed(family);
	}

	/** Looks past what counts the work. */
	private boolean isEmpty(Family family) {
		boolean[] empty = { true };
		this.store.kept().forEach(family, Families.EVERYTHING, (key, value) -> empty[0] = false);
		return empty[0];
	}

	@Test
	void ofAnEndedSessionAreClearedUpOnce() {
		this.device.connect(Opening.NEVER);
		this.device.subscribe("t", TestClient.options(Qos.AT_LEAST_ONCE));
		for (int i = 0; i < MANY; i++) {
			this.device.subscribe("other/" + i);
			this.device.publishQos2(1 + i, "nobody");
			this.engine.publish(TestMessages.message("t"));
		}
		this.device.leave();
		this.engine.settle();
		int copies = work(Families.QUEUE);
		int subscriptions = work(Families.SUBSCRIPTION);
		int received = work(Families.RECEIVED);
		this.device.startClean(0);
		await().until(() -> isEmpty(Families.ENDED));
		assertThat(work(Families.QUEUE) - copies).isEqualTo(MANY);
		assertThat(work(Families.SUBSCRIPTION) - subscriptions).isLessThan(2 * MANY);
		assertThat(work(Families.RECEIVED) - received).isLessThan(2 * MANY);
		assertThat(this.engine.families()).doesNotContain("queue", "subscription", "received");
	}

	/** Each second something is due, and more that is not of use any more was deleted. */
	@Test
	void areNotPassedOverAgainEachSecond() {
		this.device.connect(Opening.NEVER);
		this.device.subscribe("t");
		this.device.leave();
		for (int i = 0; i < MANY; i++) {
			Instant soon = this.clock.instant().plusSeconds(1 + i % 30);
			this.engine.publish(TestMessages.expiring("t", soon));
			this.engine.notify(TestMessages.notification(TestMessages.expiring("t", soon), Audience.SUBSCRIBERS));
		}
		for (int i = 0; i < 31; i++) {
			expire(1);
		}
		assertThat(this.device.queued()).isZero();
		assertThat(work(Families.EXPIRY)).isLessThan(3 * MANY);
		assertThat(work(Families.DUE)).isLessThan(4 * MANY);
	}

	/** Lets time pass, and awaits what is done each second. */
	private void expire(long seconds) {
		this.clock.move(Duration.ofSeconds(seconds));
		this.engine.engine().expire();
		this.engine.settle();
	}

	@Test
	void areFoundThoughTheyAreDueBeforeWhatWasLookedAt() {
		this.device.connect(Opening.NEVER);
		this.device.subscribe("t");
		this.device.leave();
		Instant later = this.clock.instant().plusSeconds(100);
		this.engine.publish(TestMessages.expiring("t", later));
		this.engine.notify(TestMessages.notification(TestMessages.expiring("t", later), Audience.SUBSCRIBERS));
		expire(101);
		assertThat(this.device.queued()).isZero();
		Instant before = later.minusSeconds(50);
		this.engine.publish(TestMessages.expiring("t", before));
		this.engine.notify(TestMessages.notification(TestMessages.expiring("t", before), Audience.SUBSCRIBERS));
		assertThat(this.device.queued()).isEqualTo(2);
		expire(1);
		assertThat(this.device.queued()).isZero();
	}

	@Test
	void areLookedAtOnceForManySubscriptionsThatEnd() {
		this.device.connect(Opening.NEVER);
		for (int i = 0; i < MANY; i++) {
			this.device.subscribe("t/" + i);
			this.engine.publish(TestMessages.message("t/0"));
		}
		Notification held = TestMessages.held("t/1", "device");
		Notification stays = TestMessages.held("t/" + (MANY - 1), "device");
		this.engine.notify(held, stays);
		this.engine.settle();
		int before = work(Families.QUEUE);
		this.store.hold();
		this.device.subscribe("another");
		this.store.awaitCommit();
		for (int i = 0; i < MANY - 1; i++) {
			this.device.unsubscribe("t/" + i);
		}
		this.store.release(Integer.MAX_VALUE);
		assertThat(this.engine.fates(held)).containsExactly("device: HELD");
		assertThat(this.engine.fates(stays)).containsExactly("device: QUEUED");
		assertThat(work(Families.QUEUE) - before).isLessThan(3 * MANY);
	}

	/** Others have their turn between two portions. */
	@Test
	void areStoredInPortionsForASubscriptionToWhatIsRetained() {
		for (int i = 0; i < MANY; i++) {
			this.engine.publish(TestMessages.retained("t/" + i));
		}
		this.engine.notify(TestMessages.held("t/held", "device"));
		this.device.connect(Opening.NEVER);
		this.engine.settle();
		this.store.hold();
		this.engine.engine().publish(List.of(TestMessages.retained("before")));
		this.store.awaitCommit();
		this.device.subscribe("t/+", new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 0, 0));
		this.engine.engine().publish(List.of(TestMessages.message("t/other")));
		this.store.release(Integer.MAX_VALUE);
		List<String> topics = this.device.acknowledgedTopics();
		assertThat(topics).hasSize(MANY + 2).contains("t/held", "t/other").doesNotHaveDuplicates();
		assertThat(topics.indexOf("t/other")).isLessThan(MANY / 2);
		assertThat(this.store.largest()).isLessThan(MANY);
	}

	/** What took its place does not come to the device by itself. */
	@Test
	void thatAreRetainedAreSentInThePlaceOfThoseBefore() {
		for (int i = 0; i < MANY; i++) {
			this.engine.publish(TestMessages.retained("t/" + i));
		}
		subscribeWithTheFirstPortionHeld();
		Notification[] forAnother = IntStream.range(0, MANY)
			.mapToObj((i) -> TestMessages.notification(TestMessages.retained("t/" + i),
					TestMessages.only(false, "another")))
			.toArray(Notification[]::new);
		this.engine.engine().notify(List.of(forAnother));
		this.store.release(Integer.MAX_VALUE);
		assertThat(this.device.acknowledgedTopics()).hasSize(MANY).doesNotHaveDuplicates();
	}

	/** One that was retained when the device subscribed, and is no more. */
	@Test
	void thatAreRetainedNeverComeBehindWhatReplacedThem() {
		for (int i = 0; i < MANY; i++) {
			this.engine.publish(TestMessages.retained("t/" + i));
		}
		subscribeWithTheFirstPortionHeld();
		Map<Topic, MessageId> newest = new HashMap<>();
		for (int i = 0; i < MANY; i++) {
			Message message = TestMessages.retained("t/" + i);
			newest.put(message.topic(), message.id());
			this.engine.engine().publish(List.of(message));
		}
		this.store.release(Integer.MAX_VALUE);
		Map<Topic, MessageId> last = new HashMap<>();
		this.device.acknowledgedMessages().forEach((message) -> last.put(message.topic(), message.id()));
		assertThat(last).isEqualTo(newest);
	}

	private void subscribeWithTheFirstPortionHeld() {
		this.device.connect(Opening.NEVER);
		this.engine.settle();
		this.store.hold();
		this.device.subscribe("t/+", new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 0, 0));
		this.store.awaitCommit();
	}

	/** A device that is told of its subscription has all that is retained for it. */
	@Test
	void thatAreRetainedAreOnTheDiskBeforeTheSubscriptionIsTold() {
		LaggingStore lagging = new LaggingStore(List.of());
		TestEngine first = new TestEngine(lagging, this.clock, 0, TestEngines.KEEP_ALL);
		for (int i = 0; i < MANY; i++) {
			first.publish(TestMessages.retained("t/" + i));
		}
		TestClient client = first.client("device");
		client.connect(Opening.NEVER);
		first.settle();
		lagging.lag();
		client.subscribe("t/+", new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 0, 0));
		CompletableFuture<Void> told = first.engine()
			.durable(first.engine().sessions().get(client.id()))
			.toCompletableFuture();
		await().until(() -> queued(lagging) == MANY);
		lagging.sync(lagging.unsynced() - 1);
		await().during(Duration.ofMillis(200)).until(() -> !told.isDone());
		lagging.sync(1);
		assertThat(told).succeedsWithin(Duration.ofSeconds(30));
		LaggingStore left = new LaggingStore(lagging.cut());
		first.engine().close();
		try (TestEngine second = new TestEngine(left, this.clock, 0, TestEngines.KEEP_ALL)) {
			TestClient back = second.client("device");
			assertThat(back.connect(Opening.NEVER)).isTrue();
			assertThat(back.acknowledgedTopics()).hasSize(MANY);
		}
	}

	private static int queued(Store store) {
		int[] count = { 0 };
		store.forEach(Families.QUEUE, Families.EVERYTHING, (key, value) -> count[0]++);
		return count[0];
	}

}
