package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import io.heliograph.account.Action;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Will;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The will of a client. */
class WillTests {

	private static final long EXPIRY_SECONDS = 100;

	private static final long DELAY_SECONDS = 50;

	private final TestEngine engine = new TestEngine();

	private final TestClient device = this.engine.client("device");

	private final TestClient heir = this.engine.client("heir");

	@BeforeEach
	void connectHeir() {
		this.heir.connect(Opening.NEVER);
		this.heir.subscribe("wills");
	}

	@AfterEach
	void close() {
		this.engine.close();
	}

	private static Will will(long delaySeconds) {
		return new Will(new Topic("wills"), new byte[1], Qos.EXACTLY_ONCE, true, MessageProperties.NONE, delaySeconds,
				null);
	}

	private void isPublished() {
		assertThat(this.heir.topics()).containsExactly("wills");
	}

	private void isNotPublished() {
		assertThat(this.heir.topics()).isEmpty();
	}

	@Test
	void isPublishedOnceWhenTheConnectionBreaks() {
		this.device.connect(EXPIRY_SECONDS, will(0));
		isNotPublished();
		this.device.leave();
		isPublished();
		this.engine.pass(EXPIRY_SECONDS);
		isNotPublished();
	}

	@Test
	void isOfOneConnectionAlone() {
		this.device.connect(EXPIRY_SECONDS, will(0));
		this.device.leave();
		isPublished();
		this.device.connect(EXPIRY_SECONDS);
		this.device.leave();
		isNotPublished();
	}

	@Test
	void isVoidAfterAGoodBye() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.disconnect();
		this.engine.pass(EXPIRY_SECONDS);
		isNotPublished();
	}

	@Test
	void isPublishedAfterItsDelay() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.leave();
		this.engine.pass(DELAY_SECONDS - 1);
		isNotPublished();
		this.engine.pass(1);
		isPublished();
		this.engine.pass(EXPIRY_SECONDS - DELAY_SECONDS);
		isNotPublished();
	}

	@Test
	void isPublishedWhenTheSessionEndsBeforeItsDelay() {
		this.device.connect(DELAY_SECONDS - 10, will(DELAY_SECONDS));
		this.device.leave();
		this.engine.pass(DELAY_SECONDS - 11);
		isNotPublished();
		this.engine.pass(1);
		isPublished();
		this.engine.pass(DELAY_SECONDS);
		isNotPublished();
	}

	@Test
	void isPublishedAtOnceWhenASessionThatIsNotKeptEnds() {
		this.device.connect(0, will(DELAY_SECONDS));
		this.device.leave();
		isPublished();
	}

	@Test
	void isPublishedAfterItsDelayThoughItsSessionIsKeptForEver() {
		this.device.connect(Opening.NEVER, will(DELAY_SECONDS));
		this.device.leave();
		this.engine.pass(DELAY_SECONDS);
		isPublished();
	}

	@Test
	void isPublishedAtTheEndThatTheGoodByeNames() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.disconnectWithWill(10);
		this.engine.pass(10);
		isPublished();
	}

	@Test
	void isVoidIfTheClientIsBackInTime() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.leave();
		this.engine.pass(DELAY_SECONDS - 1);
		this.device.connect(EXPIRY_SECONDS);
		this.engine.pass(EXPIRY_SECONDS);
		isNotPublished();
		this.device.leave();
		this.engine.pass(EXPIRY_SECONDS);
		isNotPublished();
	}

	@Test
	void waitsAnewIfTheClientIsBackBeforeTheLockIsFree() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.leave();
		this.engine.passBefore(this.device, DELAY_SECONDS,
				() -> this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS)));
		this.engine.pass(1);
		isNotPublished();
	}

	@Test
	void waitsAnewIfTheClientIsBackWithIt() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.leave();
		this.engine.pass(DELAY_SECONDS - 1);
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.engine.pass(1);
		isNotPublished();
		this.device.leave();
		this.engine.pass(DELAY_SECONDS - 1);
		isNotPublished();
		this.engine.pass(1);
		isPublished();
	}

	@Test
	void isPublishedAtATakeoverOnlyIfItHasNoDelay() {
		this.device.connect(EXPIRY_SECONDS, will(0));
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		isPublished();
		this.device.connect(EXPIRY_SECONDS, null);
		isNotPublished();
	}

	@Test
	void isPublishedAtOnceIfTheClientStartsClean() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.leave();
		this.device.startClean(EXPIRY_SECONDS);
		isPublished();
		this.engine.pass(DELAY_SECONDS);
		isNotPublished();
	}

	@Test
	void isPublishedOnceIfTheClientStartsCleanBeforeTheLockIsFree() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.leave();
		this.engine.passBefore(this.device, DELAY_SECONDS, () -> this.device.startClean(EXPIRY_SECONDS));
		this.engine.pass(1);
		isPublished();
	}

	@Test
	void isPublishedWhenTheSessionEndsWithItsUser() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.revoke(true);
		isPublished();
	}

	@Test
	void isPublishedOnceIfTheClientStartsCleanBeforeItIsRevoked() throws InterruptedException {
		this.device.connect(EXPIRY_SECONDS, will(0));
		ReentrantLock lock = (ReentrantLock) this.device.lock();
		Thread revoking = new Thread(() -> this.device.revoke(true));
		lock.lock();
		try {
			revoking.start();
			await().until(lock::hasQueuedThreads);
			this.device.startClean(EXPIRY_SECONDS);
		}
		finally {
			lock.unlock();
		}
		revoking.join();
		isPublished();
	}

	@Test
	void isNotPublishedIfItsClientMayNotWrite() {
		this.device.connect(EXPIRY_SECONDS, will(DELAY_SECONDS));
		this.device.leave();
		this.engine.access().denyWrite("wills");
		this.engine.pass(DELAY_SECONDS);
		isNotPublished();
		this.device.connect(EXPIRY_SECONDS, will(0));
		this.device.leave();
		isNotPublished();
	}

	@Test
	void isLostAloneIfTheRulesFail() {
		this.engine.access().failAt(Action.WRITE, "wills");
		this.device.connect(EXPIRY_SECONDS, will(0));
		assertThat(this.device.connect(EXPIRY_SECONDS, will(0))).as("whether there is a session").isTrue();
		this.device.leave();
		this.engine.pass(EXPIRY_SECONDS - 1);
		assertThat(this.device.exists()).isTrue();
		this.engine.pass(1);
		assertThat(this.device.exists()).isFalse();
		isNotPublished();
	}

	@Test
	void isPublishedInItsClientsNameWithAllThatItCarries() {
		MessageProperties properties = new MessageProperties(true, "text/plain", null, null, List.of());
		byte[] payload = { 1, 2, 3 };
		this.device.connect(EXPIRY_SECONDS,
				new Will(new Topic("wills"), payload, Qos.EXACTLY_ONCE, true, properties, DELAY_SECONDS, 60L));
		this.device.leave();
		this.engine.pass(DELAY_SECONDS);
		Instant published = this.engine.clock().instant();
		assertThat(this.heir.receive()).singleElement().satisfies((copy) -> {
			Message message = copy.shared().message();
			assertThat(message.payload()).isSameAs(payload);
			assertThat(message.qos()).isEqualTo(Qos.EXACTLY_ONCE);
			assertThat(message.retain()).isTrue();
			assertThat(message.properties()).isEqualTo(properties);
			assertThat(message.publisher()).isEqualTo(new ClientId("device"));
			assertThat(message.expiresAt()).isEqualTo(published.plusSeconds(60));
		});
	}

}
