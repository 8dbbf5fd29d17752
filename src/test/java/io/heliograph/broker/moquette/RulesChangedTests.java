package io.heliograph.broker.moquette;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.heliograph.account.RulesChanged;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.web.ErrorResponseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** When other rules are in force. */
class RulesChangedTests {

	private final TestAccess access = new TestAccess();

	@AutoClose
	private final TestBroker broker = new TestBroker(this.access);

	@Test
	void waitForWhatABrokersThreadHasBegunUnderThoseBefore() throws InterruptedException {
		CountDownLatch deciding = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		try (RawClient device = RawClient.connected(this.broker.port(), "device", true).subscribed("t", 0);
				RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true)) {
			this.access.beforeDeciding(() -> {
				deciding.countDown();
				awaitQuietly(goOn);
			});
			publisher.send(RawClient.publish("t", "before", 0, 0));
			assertThat(deciding.await(10, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Void> inForce = CompletableFuture
				.runAsync(() -> this.broker.life().on(new RulesChanged()));
			assertThat(inForce).as("while one decides").isNotCompleted();
			Thread.sleep(200);
			assertThat(inForce).as("while one decides").isNotCompleted();
			goOn.countDown();
			inForce.join();
			assertThat(device.receive().type()).isEqualTo(3);
		}
	}

	@Test
	void saySoWhereOneDoesNotComeToItsEnd() throws InterruptedException {
		CountDownLatch deciding = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		try (RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true)) {
			this.access.beforeDeciding(() -> {
				deciding.countDown();
				awaitQuietly(goOn);
			});
			publisher.send(RawClient.publish("t", "before", 0, 0));
			assertThat(deciding.await(10, TimeUnit.SECONDS)).isTrue();
			assertThatExceptionOfType(ErrorResponseException.class)
				.isThrownBy(() -> this.broker.life().on(new RulesChanged()))
				.satisfies(
						(ex) -> assertThat(ex.getBody().getDetail()).startsWith("The change is made, and holds for"));
			goOn.countDown();
		}
	}

	@Test
	void doNotWaitForABrokerThatDoesNotRun() {
		this.broker.close();
		this.broker.life().on(new RulesChanged());
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
