package io.heliograph.broker.moquette;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.heliograph.broker.BrokerLife.Listener;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The signs of life of a broker that lives, and of one that does not. */
class BrokerLifeTests {

	private final TestAccess access = new TestAccess();

	private final TestBroker broker = new TestBroker(this.access);

	@AfterEach
	void close() {
		this.broker.close();
	}

	private CompletableFuture<Void> canary() {
		return this.broker.life().canary().toCompletableFuture();
	}

	@Test
	void areThereWhileItServes() throws Exception {
		canary().get(5, TimeUnit.SECONDS);
		assertThat(this.broker.life().listeners()).extracting(Listener::name).containsExactly("tcp", "ws");
		assertThat(this.broker.life().listeners()).allMatch(Listener::bound);
	}

	@Test
	void tellWhichListenerIsClosed() {
		this.broker.running().listeners().get("ws").close().awaitUninterruptibly();
		assertThat(this.broker.life().listeners()).filteredOn(Listener::bound)
			.extracting(Listener::name)
			.containsExactly("tcp");
	}

	@Test
	void wearOutWhileAThreadIsBlocked() throws Exception {
		CompletableFuture<Void> blocked = new CompletableFuture<>();
		CompletableFuture<Void> released = new CompletableFuture<>();
		try (RawClient client = RawClient.connected(this.broker.port(), "client", true)) {
			this.access.beforeDeciding(() -> {
				blocked.complete(null);
				released.join();
			});
			client.send(RawClient.publish("t", "x", 0, 0));
			blocked.get(5, TimeUnit.SECONDS);
			CompletableFuture<Void> canary = canary();
			assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> canary.get(200, TimeUnit.MILLISECONDS));
			released.complete(null);
			canary.get(5, TimeUnit.SECONDS);
		}
		finally {
			released.complete(null);
		}
	}

	@Test
	void tellThatAThreadHasEnded() {
		this.broker.running().workers().shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
		assertThat(canary()).isCompletedExceptionally();
	}

	@Test
	void endWithIt() {
		this.broker.life().stop();
		assertThat(this.broker.life().listeners()).isEmpty();
		assertThat(canary()).isCompletedExceptionally();
	}

}
