package io.heliograph.broker.moquette;

import java.time.Duration;
import java.util.concurrent.locks.Lock;

import io.heliograph.broker.engine.SessionSettings;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is due by the clock, which is moved. */
class DeadlineTests {

	private static final int EXPIRY_SECONDS = 100;

	private static final int DELAY_SECONDS = 50;

	private final MovedClock clock = new MovedClock();

	private final TestBroker broker = new TestBroker(new TestAccess(), this.clock, new SessionSettings(20, 100));

	private final RawClient heir = RawClient.connected(this.broker.port(), "heir", true).subscribed("wills", 0);

	@AfterEach
	void close() {
		this.heir.close();
		this.broker.close();
	}

	private RawClient device() {
		RawClient device = new RawClient(this.broker.port());
		device.send(RawClient.packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(5, 0x04)
					.number(0)
					.sized(new PacketBody().bytes(0x11, 0, 0, 0, EXPIRY_SECONDS))
					.text("device")
					.sized(new PacketBody().bytes(0x18, 0, 0, 0, DELAY_SECONDS))
					.text("wills")
					.text("the will")));
		assertThat(device.receive().type()).isEqualTo(2);
		return device;
	}

	private void leave(RawClient device) {
		device.close();
		await().until(() -> this.broker.engine()
			.sessions()
			.find(new ClientId("device"))
			.filter((session) -> !session.connected())
			.isPresent());
	}

	private boolean exists() {
		return this.broker.engine().sessions().find(new ClientId("device")).isPresent();
	}

	/** More than the deadlines need to see the clock. */
	private static void ticks() throws InterruptedException {
		Thread.sleep(500);
	}

	@Test
	void sendADelayedWillAndEndASessionWhenTheyAreDue() throws InterruptedException {
		leave(device());
		this.clock.move(Duration.ofSeconds(DELAY_SECONDS - 1));
		ticks();
		this.heir.ping();
		this.clock.move(Duration.ofSeconds(1));
		assertThat(this.heir.receive().payload()).isEqualTo("the will");
		this.clock.move(Duration.ofSeconds(EXPIRY_SECONDS - DELAY_SECONDS - 1));
		ticks();
		assertThat(exists()).isTrue();
		this.clock.move(Duration.ofSeconds(1));
		await().until(() -> !exists());
	}

	@Test
	void areVoidForASessionThatGoesOn() throws InterruptedException {
		leave(device());
		try (RawClient device = device()) {
			this.clock.move(Duration.ofSeconds(2 * EXPIRY_SECONDS));
			ticks();
			this.heir.ping();
			device.ping();
			assertThat(exists()).isTrue();
		}
	}

	@Test
	void areKeptWhenTheClockIsSetBackMeanwhile() throws InterruptedException {
		leave(device());
		this.clock.move(Duration.ofSeconds(DELAY_SECONDS));
		assertThat(this.heir.receive().payload()).isEqualTo("the will");
		Lock lock = this.broker.engine().locks().of("device");
		lock.lock();
		try {
			this.clock.move(Duration.ofSeconds(EXPIRY_SECONDS - DELAY_SECONDS));
			ticks();
			this.clock.move(Duration.ofDays(-1));
		}
		finally {
			lock.unlock();
		}
		await().until(() -> !exists());
	}

}
