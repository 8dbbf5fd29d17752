package io.heliograph.broker.moquette;

import java.time.Duration;

import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is due when packets say, by a clock that is moved. */
class DeadlineTests {

	private static final int EXPIRY_SECONDS = 0x01020304;

	private static final int DELAY_SECONDS = 0x00010203;

	private final MovedClock clock = new MovedClock();

	private final TestBroker broker = new TestBroker(new TestAccess(), this.clock, 100);

	private final RawClient heir = RawClient.connected(this.broker.port(), "heir", true).subscribed("wills", 0);

	@AfterEach
	void close() {
		this.heir.close();
		this.broker.close();
	}

	private static PacketBody expiry(int seconds) {
		return new PacketBody().bytes(0x11).number(seconds >> 16).number(seconds);
	}

	private RawClient device() {
		return device(new PacketBody().bytes(0x18).number(DELAY_SECONDS >> 16).number(DELAY_SECONDS));
	}

	private RawClient device(PacketBody delay) {
		RawClient device = new RawClient(this.broker.port());
		return device.send(RawClient.packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(5, 0x04)
					.number(0)
					.sized(expiry(EXPIRY_SECONDS))
					.text("device")
					.sized(delay)
					.text("wills")
					.text("the will")))
			.accepted();
	}

	/** Moves the clock, and waits until what was due until then is done. */
	private void pass(int seconds) {
		RawClient last = new RawClient(this.broker.port());
		last.send(RawClient.packet(0x10,
				new PacketBody().text("MQTT").bytes(5, 2).number(0).sized(expiry(seconds)).text("last")))
			.accepted()
			.close();
		awaitAway("last");
		this.clock.move(Duration.ofSeconds(seconds));
		await().until(() -> !exists("last"));
	}

	private void awaitAway(String id) {
		await().until(() -> this.broker.engine()
			.sessions()
			.find(new ClientId(id))
			.filter((session) -> !session.connected())
			.isPresent());
	}

	private boolean exists(String id) {
		return this.broker.engine().sessions().find(new ClientId(id)).isPresent();
	}

	@Test
	void areTheDelayOfAWillAndTheExpiryOfASession() {
		device().close();
		awaitAway("device");
		pass(DELAY_SECONDS - 1);
		this.heir.ping();
		this.clock.move(Duration.ofSeconds(1));
		assertThat(this.heir.receive().payload()).isEqualTo("the will");
		pass(EXPIRY_SECONDS - DELAY_SECONDS - 1);
		assertThat(exists("device")).isTrue();
		this.clock.move(Duration.ofSeconds(1));
		await().until(() -> !exists("device"));
	}

	@Test
	void areNoneForAWillWithoutADelay() {
		device(new PacketBody()).close();
		assertThat(this.heir.receive().payload()).isEqualTo("the will");
		assertThat(exists("device")).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "4, the will", "0, end" })
	void areNoneForAWillThatAGoodByeAsksForOrNot(int reason, String first) {
		RawClient device = device(new PacketBody());
		device.ping();
		assertThat(device.send(RawClient.packet(0xe0, new PacketBody().bytes(reason, 0))).receiveOrClosed()).isNull();
		this.heir.send(RawClient.publish("wills", "end", 0, 0));
		assertThat(this.heir.receive().payload()).isEqualTo(first);
	}

	@Test
	void areTheExpiryThatAGoodByeNames() {
		RawClient device = device();
		device.send(RawClient.packet(0xe0, new PacketBody().bytes(0).sized(expiry(EXPIRY_SECONDS + 1))));
		assertThat(device.receiveOrClosed()).isNull();
		pass(EXPIRY_SECONDS);
		assertThat(exists("device")).isTrue();
		this.heir.ping();
		this.clock.move(Duration.ofSeconds(1));
		await().until(() -> !exists("device"));
	}

}
