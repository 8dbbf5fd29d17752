package io.heliograph.broker.moquette;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.heliograph.account.RulesChanged;
import io.heliograph.broker.engine.TestMessages;
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

	private final CountDownLatch goOn = new CountDownLatch(1);

	@Test
	void waitForWhatABrokersThreadHasBegunUnderThoseBefore() throws InterruptedException {
		try (RawClient device = RawClient.connected(this.broker.port(), "device", true).subscribed("t", 0);
				RawClient publisher = publishing()) {
			CompletableFuture<Void> inForce = CompletableFuture
				.runAsync(() -> this.broker.life().on(new RulesChanged()));
			assertThat(inForce).as("while one decides").isNotCompleted();
			Thread.sleep(200);
			assertThat(inForce).as("while one decides").isNotCompleted();
			this.goOn.countDown();
			inForce.join();
			assertThat(device.receive().type()).isEqualTo(3);
			publisher.ping();
		}
	}

	@Test
	void saySoWhereOneDoesNotComeToItsEnd() throws InterruptedException {
		try (RawClient publisher = publishing()) {
			assertThatExceptionOfType(ErrorResponseException.class)
				.isThrownBy(() -> this.broker.life().on(new RulesChanged()))
				.satisfies(
						(ex) -> assertThat(ex.getBody().getDetail()).startsWith("The change is made, and holds for"));
			this.goOn.countDown();
			publisher.ping();
		}
	}

	@Test
	void letADeviceHaveWhatWaitedForThem() {
		this.access.denyReadTo("device", "t");
		this.broker.broker().publish(List.of(TestMessages.held("t", "device")));
		try (RawClient device = RawClient.connected(this.broker.port(), "device", false).subscribed("t", 1)) {
			// both are stored, and what is held is looked at between them
			device.subscribed("u", 1);
			this.access.denyReadTo("device", "other");
			this.broker.life().on(new RulesChanged());
			assertThat(device.receive().type()).isEqualTo(3);
		}
	}

	@Test
	void doNotWaitForABrokerThatDoesNotRun() {
		this.broker.close();
		this.broker.life().on(new RulesChanged());
	}

	/** Returns a client whose message is being decided on, until it may go on. */
	private RawClient publishing() throws InterruptedException {
		CountDownLatch deciding = new CountDownLatch(1);
		this.access.beforeDeciding(() -> {
			deciding.countDown();
			awaitQuietly(this.goOn);
		});
		RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true)
			.send(RawClient.publish("t", "before", 0, 0));
		assertThat(deciding.await(10, TimeUnit.SECONDS)).isTrue();
		return publisher;
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
