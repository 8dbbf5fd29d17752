package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Notification;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.rows.Families;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Many notifications whose time has come. */
class ScheduleTests {

	/** More than are looked at in one change. */
	private static final int MANY = 600;

	private final MovedClock clock = new MovedClock();

	private final CutStore store = new CutStore();

	private Notification later() {
		Instant notBefore = this.clock.instant().plusSeconds(10);
		return new Notification(TestMessages.message("t"), Audience.SUBSCRIBERS, "backend", null, notBefore, null,
				new byte[0]);
	}

	@Test
	void areNotLookedAtWithoutEndWhileTheDiskIsFull() {
		try (TestEngine engine = new TestEngine(this.store, this.clock, null)) {
			List<Notification> notifications = new ArrayList<>();
			for (int i = 0; i < MANY; i++) {
				notifications.add(later());
			}
			engine.notify(notifications.toArray(Notification[]::new));
			engine.diskIsFull(true);
			int before = this.store.scans(Families.DUE);
			this.clock.move(Duration.ofSeconds(11));
			await().until(() -> this.store.scans(Families.DUE) > before);
			for (int i = 0; i < 100; i++) {
				engine.settle();
			}
			assertThat(this.store.scans(Families.DUE) - before).isLessThan(20);
			engine.diskIsFull(false);
			this.clock.move(Duration.ofSeconds(2));
			await().until(() -> notifications.stream()
				.allMatch((one) -> engine.engine()
					.ledger()
					.find(one.message().id())
					.orElseThrow()
					.state() == State.ROUTED));
		}
	}

	private Notification collapsing(int afterSeconds) {
		Instant notBefore = (afterSeconds > 0) ? this.clock.instant().plusSeconds(afterSeconds) : null;
		return new Notification(TestMessages.message("t"), Audience.SUBSCRIBERS, "backend", null, notBefore, "key",
				new byte[0]);
	}

	@Test
	void takeEachOthersPlaceIfTheyAreDueTogether() {
		try (TestEngine engine = new TestEngine(this.store, this.clock, null)) {
			TestClient device = away(engine);
			Notification first = collapsing(0);
			Notification second = collapsing(60);
			Notification third = collapsing(60);
			engine.notify(first);
			engine.notify(second, third);
			this.clock.move(Duration.ofSeconds(61));
			await().untilAsserted(() -> assertThat(engine.fates(third)).containsExactly("device: QUEUED"));
			assertThat(engine.fates(second)).containsExactly("device: SUPERSEDED");
			assertThat(engine.counts(first)).isEqualTo(Map.of(Fate.SUPERSEDED, 1));
			assertThat(device.queued()).isEqualTo(1);
		}
	}

	private static TestClient away(TestEngine engine) {
		TestClient device = engine.client("device");
		device.connect(Opening.NEVER);
		device.subscribe("t");
		device.leave();
		return device;
	}

	@Test
	void expireThoughTheDiskWasFullWhenTheyWereDue() {
		try (TestEngine engine = new TestEngine(this.store, this.clock, null, TestEngines.KEEP_ALL)) {
			away(engine);
			Instant now = this.clock.instant();
			Notification notification = new Notification(TestMessages.expiring("t", now.plusSeconds(20)),
					Audience.SUBSCRIBERS, "backend", null, now.plusSeconds(10), null, new byte[0]);
			engine.notify(notification);
			engine.diskIsFull(true);
			int before = this.store.scans(Families.DELIVERY);
			this.clock.move(Duration.ofSeconds(25));
			await().until(() -> this.store.scans(Families.DELIVERY) > before);
			engine.diskIsFull(false);
			this.clock.move(Duration.ofSeconds(2));
			await().untilAsserted(() -> assertThat(engine.fates(notification)).isNotEmpty());
			this.clock.move(Duration.ofHours(3));
			await().untilAsserted(() -> assertThat(engine.fates(notification)).containsExactly("device: EXPIRED"));
		}
	}

}
