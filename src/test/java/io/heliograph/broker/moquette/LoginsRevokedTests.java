package io.heliograph.broker.moquette;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.heliograph.account.LoginsRevoked;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import io.netty.channel.Channel;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** When a user may not go on as it did. */
class LoginsRevokedTests {

	private static final long USER_ID = "user".hashCode();

	private final TestAccess access = new TestAccess();

	@AutoClose
	private final TestBroker broker = new TestBroker(this.access);

	@Test
	void waitUntilItsConnectionsAreClosed() throws InterruptedException {
		CountDownLatch deciding = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		try (RawClient device = new RawClient(this.broker.port())
			.send(RawClient.connect("user", "user", "device", true))
			.accepted()) {
			Channel channel = this.broker.channelOf(device.localPort());
			this.access.beforeDeciding(() -> {
				deciding.countDown();
				awaitQuietly(goOn);
			});
			device.send(RawClient.publish("t", "holds its thread", 0, 0));
			assertThat(deciding.await(10, TimeUnit.SECONDS)).isTrue();
			this.access.revoke(USER_ID, false);
			CompletableFuture<Boolean> open = CompletableFuture.supplyAsync(() -> {
				this.broker.life().on(new LoginsRevoked(USER_ID, "user", LoginsRevoked.Cause.DISABLED, List.of()));
				return channel.isOpen();
			});
			Thread.sleep(200);
			assertThat(open).as("while its thread is held").isNotCompleted();
			goOn.countDown();
			assertThat(open.join()).as("open when the change is answered").isFalse();
			assertThat(device.closedByServer()).isTrue();
		}
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
