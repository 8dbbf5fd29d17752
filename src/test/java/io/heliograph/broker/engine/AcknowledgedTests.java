package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Broker.Withdrawn;
import io.heliograph.broker.Notification;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a device has acknowledged stays so, whatever else would end it before the store
 * knows.
 */
class AcknowledgedTests {

	private final MovedClock clock = new MovedClock();

	private final CutStore store = new CutStore();

	private final TestEngine engine = new TestEngine(this.store, this.clock, null);

	private final TestClient device = this.engine.client("device");

	@BeforeEach
	void connect() {
		this.device.connect(Opening.NEVER);
		this.device.subscribe("t");
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	/**
	 * The journal is busy while the device acknowledges, and what is asked is before
	 * that.
	 */
	private void acknowledgeMeanwhile(Runnable asked) {
		this.store.hold();
		this.engine.engine().publish(List.of(TestMessages.retained("before")));
		this.store.awaitCommit();
		asked.run();
		this.device.acknowledge(1);
		this.store.release(Integer.MAX_VALUE);
	}

	private static Notification collapsing() {
		return new Notification(TestMessages.message("t"), Audience.SUBSCRIBERS, "backend", null, null, "key",
				new byte[0]);
	}

	@Test
	void isNotSuperseded() {
		Notification older = collapsing();
		this.engine.notify(older);
		this.device.receive();
		acknowledgeMeanwhile(() -> this.engine.engine().notify(List.of(collapsing())));
		assertThat(this.engine.fates(older)).containsExactly("device: ACKED");
	}

	@Test
	void isNotWithdrawn() {
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		this.device.receive();
		List<CompletionStage<Withdrawn>> withdrawn = new ArrayList<>();
		acknowledgeMeanwhile(() -> withdrawn.add(this.engine.engine().withdraw(notification.message().id())));
		assertThat(withdrawn.get(0).toCompletableFuture().join()).isEqualTo(new Withdrawn(true, 0, 1));
		assertThat(this.engine.fates(notification)).containsExactly("device: ACKED");
	}

	@Test
	void doesNotExpire() {
		Notification notification = TestMessages
			.notification(TestMessages.expiring("t", this.clock.instant().plusSeconds(5)), Audience.SUBSCRIBERS);
		this.engine.notify(notification);
		this.device.receive();
		acknowledgeMeanwhile(() -> this.clock.move(Duration.ofSeconds(10)));
		this.engine.settle();
		assertThat(this.engine.fates(notification)).containsExactly("device: ACKED");
	}

}
