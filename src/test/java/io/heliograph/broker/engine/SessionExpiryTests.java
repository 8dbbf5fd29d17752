package io.heliograph.broker.engine;

import java.net.InetAddress;
import java.time.Duration;

import io.heliograph.account.Login;
import io.heliograph.account.MqttClient;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ReasonCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/** A session whose client is away. */
class SessionExpiryTests {

	private static final long EXPIRY_SECONDS = 30;

	private final TestEngine engine = new TestEngine();

	private final TestClient device = this.engine.client("device");

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void endsByTheClockWithAllThatWaits() {
		this.device.connect(EXPIRY_SECONDS);
		this.device.subscribe("t");
		this.device.leave();
		this.engine.publish(TestMessages.message("t"));
		this.engine.pass(EXPIRY_SECONDS - 1);
		assertThat(this.device.queued()).isEqualTo(1);
		this.engine.pass(1);
		assertThat(this.device.exists()).isFalse();
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
		assertThat(this.engine.publish(TestMessages.message("t"))).isZero();
		assertThat(this.device.connect(EXPIRY_SECONDS)).as("whether there is a session").isFalse();
	}

	@Test
	void doesNotEndIfItsClientIsBack() {
		this.device.connect(EXPIRY_SECONDS);
		this.device.leave();
		this.engine.pass(EXPIRY_SECONDS - 1);
		assertThat(this.device.connect(EXPIRY_SECONDS)).as("whether there is a session").isTrue();
		this.engine.pass(1);
		assertThat(this.device.exists()).isTrue();
	}

	@Test
	void doesNotEndIfItsClientIsBackBeforeTheLockIsFree() {
		this.device.connect(EXPIRY_SECONDS);
		this.device.leave();
		this.engine.passBefore(this.device, EXPIRY_SECONDS, () -> this.device.connect(EXPIRY_SECONDS));
		this.engine.pass(1);
		assertThat(this.device.exists()).isTrue();
	}

	@Test
	void endsThoughTheClockIsSetBackBeforeTheLockIsFree() {
		this.device.connect(EXPIRY_SECONDS);
		this.device.leave();
		this.engine.passBefore(this.device, EXPIRY_SECONDS, () -> this.engine.clock().move(Duration.ofDays(-1)));
		await().until(() -> !this.device.exists());
	}

	@Test
	void hasItsWholeTimeAfterEachConnection() {
		this.device.connect(EXPIRY_SECONDS);
		this.device.leave();
		this.engine.pass(EXPIRY_SECONDS - 1);
		this.device.connect(EXPIRY_SECONDS);
		this.device.leave();
		this.engine.pass(EXPIRY_SECONDS - 1);
		assertThat(this.device.exists()).isTrue();
		this.engine.pass(1);
		assertThat(this.device.exists()).isFalse();
	}

	@Test
	void endsWithItsConnectionIfItIsNotKept() {
		this.device.connect(0);
		this.device.subscribe("t");
		this.device.leave();
		assertThat(this.device.exists()).isFalse();
		assertThat(this.engine.publish(TestMessages.message("t"))).isZero();
	}

	@Test
	void endsIfAnotherConnectionTakesItOverAndItIsNotKept() {
		this.device.connect(0);
		this.device.subscribe("t");
		assertThat(this.device.connect(EXPIRY_SECONDS)).as("whether there is a session").isFalse();
		assertThat(this.engine.publish(TestMessages.message("t"))).isZero();
	}

	@Test
	void neverEndsIfItIsKeptForEver() {
		this.device.connect(Opening.NEVER);
		this.device.leave();
		this.engine.pass(Opening.NEVER + 1);
		assertThat(this.device.exists()).isTrue();
	}

	@Test
	void endsAtTheTimeThatItsClientNamedAtTheEnd() {
		this.device.connect(EXPIRY_SECONDS);
		this.device.disconnectWithWill(EXPIRY_SECONDS + 10);
		this.engine.pass(EXPIRY_SECONDS + 9);
		assertThat(this.device.exists()).isTrue();
		this.engine.pass(1);
		assertThat(this.device.exists()).isFalse();
	}

	@Test
	void isNotKeptAfterAllThoughItsClientNamesATimeAtTheEnd() {
		this.device.connect(0);
		this.device.disconnectWithWill(EXPIRY_SECONDS);
		assertThat(this.device.exists()).isFalse();
	}

	@Test
	void endsIfItsClientStartsClean() {
		this.device.connect(EXPIRY_SECONDS);
		this.device.subscribe("t");
		this.device.leave();
		this.engine.publish(TestMessages.message("t"));
		this.device.startClean(EXPIRY_SECONDS);
		assertThat(this.engine.drops()).containsExactly(entry("session-ended", 1L));
		assertThat(this.engine.publish(TestMessages.message("t"))).isZero();
		this.engine.pass(EXPIRY_SECONDS);
		assertThat(this.device.exists()).as("the new session").isTrue();
	}

	@Test
	void endsWithItsUserOnlyIfThatIsAskedFor() {
		this.device.connect(EXPIRY_SECONDS);
		this.engine.client("other").revoke(true);
		assertThat(this.device.link().closed()).isNull();
		this.device.revoke(false);
		assertThat(this.device.link().closed()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
		assertThat(this.device.exists()).isTrue();
		this.device.revoke(true);
		assertThat(this.device.exists()).isFalse();
	}

}
