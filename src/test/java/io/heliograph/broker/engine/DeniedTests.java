package io.heliograph.broker.engine;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Notification;
import io.heliograph.mqtt.Qos;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the ledger tells of a delivery that the rules do not allow. */
class DeniedTests {

	private TestEngine engine = new TestEngine();

	private TestClient device = this.engine.client("device");

	@AfterEach
	void close() {
		this.engine.close();
	}

	private Notification notify(Qos qos) {
		Notification notification = TestMessages.notification(TestMessages.message("t", qos), Audience.SUBSCRIBERS);
		this.engine.notify(notification);
		return notification;
	}

	private void subscribe(long expirySeconds) {
		this.device.connect(expirySeconds);
		this.device.subscribe("+");
	}

	/** In a session that is stored, and in one that is not. */
	@ParameterizedTest
	@CsvSource({ "AT_MOST_ONCE, 3600", "AT_LEAST_ONCE, 3600", "EXACTLY_ONCE, 3600", "AT_MOST_ONCE, 0",
			"AT_LEAST_ONCE, 0", "EXACTLY_ONCE, 0" })
	void isTheRuleThatDeniedIt(Qos qos, long expirySeconds) {
		subscribe(expirySeconds);
		Notification notification = notify(qos);
		long rule = this.engine.access().denyRead("t");
		assertThat(this.device.receive()).isEmpty();
		assertThat(this.engine.fates(notification)).containsExactly("device: DENIED(" + rule + ")");
		this.engine = this.engine.restarted();
		assertThat(this.engine.fates(notification)).containsExactly("device: DENIED(" + rule + ")");
	}

	@Test
	void isNoneWhereNoRuleGrantsIt() {
		subscribe(3600);
		Notification notification = notify(Qos.AT_LEAST_ONCE);
		this.engine.access().denyReadTo("device", "t");
		assertThat(this.device.receive()).isEmpty();
		assertThat(this.engine.fates(notification)).containsExactly("device: DENIED");
	}

	@Test
	void isTheRuleThoughTheHandshakeGoesOn() {
		subscribe(3600);
		Notification notification = notify(Qos.EXACTLY_ONCE);
		assertThat(this.device.packets()).containsExactly("PUBLISH 1 t");
		this.device.leave();
		long rule = this.engine.access().denyRead("t");
		this.device.connect(3600);
		assertThat(this.device.packets()).containsExactly("PUBREL 1");
		this.device.completed(1);
		assertThat(this.engine.fates(notification)).containsExactly("device: DENIED(" + rule + ")");
	}

	/** That it was denied is known though its handshake goes on in another connection. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void isTheRuleThoughTheConnectionEndsBeforeTheHandshake(boolean restarted) {
		subscribe(3600);
		Notification notification = notify(Qos.EXACTLY_ONCE);
		assertThat(this.device.packets()).containsExactly("PUBLISH 1 t");
		this.device.leave();
		long rule = this.engine.access().denyRead("t");
		this.device.connect(3600);
		assertThat(this.device.packets()).containsExactly("PUBREL 1");
		this.device.leave();
		if (restarted) {
			this.engine = this.engine.restarted();
			this.device = this.engine.client("device");
		}
		this.device.connect(3600);
		assertThat(this.device.packets()).containsExactly("PUBREL 1");
		this.device.completed(1);
		assertThat(this.engine.fates(notification)).containsExactly("device: DENIED(" + rule + ")");
	}

	@Test
	void isTheRuleThoughTheSessionEndsBeforeTheHandshake() {
		subscribe(3600);
		Notification notification = notify(Qos.EXACTLY_ONCE);
		assertThat(this.device.packets()).containsExactly("PUBLISH 1 t");
		this.device.leave();
		long rule = this.engine.access().denyRead("t");
		this.device.connect(3600);
		assertThat(this.device.packets()).containsExactly("PUBREL 1");
		this.device.disconnectWithWill(0);
		assertThat(this.engine.fates(notification)).containsExactly("device: DENIED(" + rule + ")");
	}

}
