package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Ledger.Search;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Notification;
import io.heliograph.broker.OnceKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How long notifications are kept: an hour, and five of them. */
class RetentionTests {

	private static final int HOUR = 3600;

	private TestEngine engine = new TestEngine();

	private final TestClient device = this.engine.client("device");

	@AfterEach
	void close() {
		this.engine.close();
	}

	private List<MessageId> kept() {
		this.engine.settle();
		return this.engine.engine()
			.ledger()
			.search(new Search(null, null, null, null), null, 10_000)
			.items()
			.stream()
			.map((record) -> record.notification().message().id())
			.toList();
	}

	private static MessageId id(Notification notification) {
		return notification.message().id();
	}

	/** Minutes pass, and the sweep of each. */
	private void pass(Duration time) {
		this.engine.clock().move(time);
	}

	private List<Notification> publish(int count) {
		return IntStream.range(0, count).mapToObj((i) -> {
			Notification notification = TestMessages.notification("t");
			this.engine.notify(notification);
			return notification;
		}).toList();
	}

	@Test
	void endsAfterAnHour() {
		publish(3);
		pass(Duration.ofMinutes(59));
		assertThat(kept()).hasSize(3);
		pass(Duration.ofMinutes(3));
		await().until(() -> kept().isEmpty());
		assertThat(this.engine.families()).isEmpty();
	}

	@Test
	void endsForTheOldestIfThereAreMoreThanFive() {
		List<Notification> published = publish(8);
		pass(Duration.ofMinutes(2));
		await().until(() -> kept().size() == 5);
		assertThat(kept()).doesNotContain(id(published.get(0)), id(published.get(2))).contains(id(published.get(3)));
		this.engine = this.engine.restarted();
		publish(1);
		pass(Duration.ofMinutes(2));
		await().until(() -> kept().size() == 5);
	}

	@Test
	void goesOnForWhatWaitsAndForOnceKeysAndSchedules() {
		this.device.connect(HOUR * 10);
		this.device.subscribe("waits");
		this.device.leave();
		Notification waiting = TestMessages.notification("waits");
		Notification held = TestMessages.held("t", "nobody");
		Notification once = new Notification(TestMessages.message("t"), Audience.SUBSCRIBERS, "backend",
				new OnceKey("backend", "key", new byte[1], this.engine.clock().instant().plusSeconds(HOUR * 2)), null,
				null, new byte[0]);
		Notification scheduled = new Notification(TestMessages.message("t"), Audience.SUBSCRIBERS, "backend", null,
				this.engine.clock().instant().plusSeconds(HOUR * 5), null, new byte[0]);
		Notification finished = TestMessages.notification("t");
		this.engine.notify(finished, waiting, TestMessages.notification("t"), held, once, scheduled,
				TestMessages.notification("t"));
		pass(Duration.ofMinutes(62));
		await().until(() -> kept().size() == 4);
		assertThat(kept()).containsExactlyInAnyOrder(id(waiting), id(held), id(once), id(scheduled));
		this.device.connect(HOUR * 10);
		assertThat(this.device.acknowledgedTopics()).as("its payload").containsExactly("waits");
		pass(Duration.ofHours(2));
		await().until(() -> kept().size() == 2);
		assertThat(kept()).containsExactlyInAnyOrder(id(held), id(scheduled));
		assertThat(this.engine.families()).doesNotContain("once", "queue");
	}

	/** Those that are newest by their ids, and the oldest. */
	@Test
	void endsThoughTheClockWasSetBack() {
		List<Notification> later = publish(2);
		this.engine.settle();
		this.engine.clock().move(Duration.ofHours(-5));
		this.engine = this.engine.restarted();
		publish(3);
		pass(Duration.ofMinutes(62));
		await().until(() -> kept().size() == 2);
		assertThat(kept()).containsExactlyInAnyOrder(id(later.get(0)), id(later.get(1)));
		pass(Duration.ofHours(5));
		await().until(() -> kept().isEmpty());
	}

	@Test
	void takesAllThatThereIsOfIt() {
		for (int i = 0; i < 2_500; i++) {
			TestClient client = this.engine.client("client-" + i);
			client.connect(0);
			client.subscribe("t");
		}
		List<Notification> published = new ArrayList<>(publish(2));
		published.add(collapsing());
		this.engine.notify(published.get(2));
		for (int i = 0; i < 2_500; i++) {
			this.engine.client("client-" + i).startClean(0);
		}
		this.engine.settle();
		pass(Duration.ofMinutes(62));
		await().until(() -> kept().isEmpty());
		assertThat(this.engine.families()).containsExactly("client");
	}

	private static Notification collapsing() {
		return new Notification(TestMessages.message("t"), Audience.SUBSCRIBERS, "backend", null, null, "key",
				new byte[0]);
	}

}
