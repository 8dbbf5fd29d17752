package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Notification;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/** What expires while its device may have it, and is not acknowledged. */
class OverdueTests {

	/** The first look again is after a minute. */
	private static final int MINUTE = 61;

	private final MovedClock clock = new MovedClock();

	private final MemoryStore store = new MemoryStore();

	private TestEngine engine = start();

	private TestClient device = this.engine.client("device");

	private TestEngine start() {
		return new TestEngine(this.store, this.clock, null);
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	private void restart() {
		this.engine.settle();
		this.engine.close();
		this.engine = start();
		this.device = this.engine.client("device");
	}

	private Instant in(int seconds) {
		return this.clock.instant().plusSeconds(seconds);
	}

	private void connect() {
		this.device.connect(Opening.NEVER);
		this.device.subscribe("t");
	}

	@Test
	void goesWhenItIsNotAcknowledgedAfterAll() {
		connect();
		this.engine.publish(TestMessages.expiring("t", in(5)));
		assertThat(this.device.receive()).hasSize(1);
		this.engine.pass(10);
		assertThat(this.device.queued()).as("it is sent").isEqualTo(1);
		this.device.leave();
		this.clock.move(Duration.ofSeconds(MINUTE));
		await().until(() -> this.device.queued() == 0);
		assertThat(this.engine.drops()).containsExactly(entry("expired", 1L));
		assertThat(this.engine.families()).containsExactly("session", "subscription", "client");
	}

	@Test
	void goesAfterAStartToo() {
		connect();
		this.engine.publish(TestMessages.expiring("t", in(5)));
		assertThat(this.device.receive()).hasSize(1);
		this.engine.pass(10);
		restart();
		this.engine.pass(MINUTE);
		await().until(() -> this.device.queued() == 0);
	}

	@Test
	void tellsTheLedger() {
		connect();
		Notification notification = TestMessages.notification(TestMessages.expiring("t", in(5)), Audience.SUBSCRIBERS);
		this.engine.notify(notification);
		assertThat(this.device.receive()).hasSize(1);
		this.engine.pass(10);
		assertThat(this.engine.fates(notification)).containsExactly("device: SENT");
		this.device.leave();
		restart();
		this.engine.pass(MINUTE);
		await().until(() -> this.engine.counts(notification).equals(Map.of(Fate.EXPIRED, 1)));
		assertThat(this.engine.families()).doesNotContain("due", "queue");
	}

	@Test
	void isNotLookedAtAgainOnceItIsAcknowledged() {
		connect();
		Notification notification = TestMessages.notification(TestMessages.expiring("t", in(5)), Audience.SUBSCRIBERS);
		this.engine.notify(notification);
		this.engine.publish(TestMessages.expiring("t", in(5)));
		assertThat(this.device.receive()).hasSize(2);
		this.engine.pass(10);
		this.device.acknowledge(1);
		this.device.acknowledge(2);
		this.engine.pass(MINUTE);
		await().until(() -> !this.engine.families().contains("expiry") && !this.engine.families().contains("due"));
		assertThat(this.engine.counts(notification)).isEqualTo(Map.of(Fate.ACKED, 1));
	}

	/** After the process was killed, numbers of what was acknowledged come again. */
	@Test
	void doesNotTakeWhatHasItsPlaceWithIt() {
		connect();
		this.engine.publish(TestMessages.expiring("t", in(5)));
		this.device.receive();
		this.engine.pass(10);
		this.device.acknowledge(1);
		restart();
		this.engine.publish(TestMessages.expiring("t", in(3600)));
		this.engine.pass(MINUTE);
		await().until(() -> expiries() <= 1);
		assertThat(this.device.queued()).isEqualTo(1);
	}

	/** How many rows tell when something expires. */
	private int expiries() {
		AtomicInteger rows = new AtomicInteger();
		this.store.forEach(Families.EXPIRY, Families.EVERYTHING, (key, value) -> rows.incrementAndGet());
		return rows.get();
	}

	@ParameterizedTest
	@CsvSource({ "0, 60", "59, 60", "100, 100", "3600, 3600", "100000, 3600" })
	void isLookedAtAfterAsLongAsItIsOverdue(long since, long pause) {
		Instant now = this.clock.instant();
		assertThat(Overdue.lookAgain(now.minusSeconds(since), now)).isEqualTo(now.plusSeconds(pause));
	}

	@Test
	void waitsForTheDeviceIfItIsOfQos2() {
		connect();
		this.engine.publish(TestMessages.expiring("t", Qos.EXACTLY_ONCE, in(5)));
		assertThat(this.device.receive()).hasSize(1);
		this.device.leave();
		for (int i = 0; i < 3; i++) {
			this.engine.pass(3600);
			restart();
		}
		this.device.connect(Opening.NEVER);
		assertThat(this.device.packets()).containsExactly("PUBREL 1");
		this.device.completed(1);
		assertThat(this.device.queued()).isZero();
		assertThat(this.engine.drops()).containsExactly(entry("expired", 1L));
	}

}
