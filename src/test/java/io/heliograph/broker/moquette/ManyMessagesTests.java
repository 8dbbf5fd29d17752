package io.heliograph.broker.moquette;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Very many messages that a client publishes at once. */
class ManyMessagesTests {

	private static final int MESSAGES = 3000;

	private final TestAccess access = new TestAccess();

	private final TestBroker broker = new TestBroker(this.access);

	@AfterEach
	void close() {
		this.broker.close();
	}

	private static byte[] messages(int qos) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		IntStream.rangeClosed(1, MESSAGES)
			.forEach((i) -> bytes.writeBytes(RawClient.publish("t", String.valueOf(i), qos, (qos > 0) ? i : 0)));
		return bytes.toByteArray();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void letOthersHaveTheirTurn(int qos) {
		AtomicInteger done = new AtomicInteger();
		this.access.beforeDeciding(() -> {
			done.incrementAndGet();
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		});
		try (RawClient many = RawClient.connected(this.broker.port(), "many", true)) {
			many.send(messages(qos));
			await().until(() -> done.get() > 10);
			this.broker.pingOnEachLoop();
			System.err.println("DONE " + done);
			assertThat(done).hasValueLessThan(MESSAGES);
			for (int i = 1; qos > 0 && i <= MESSAGES; i++) {
				assertThat(many.receive().number(0)).isEqualTo(i);
			}
			many.ping();
		}
	}

	@Test
	void comeInOrderThoughTheirPublisherHasLeft() {
		this.access.beforeDeciding(() -> LockSupport.parkNanos(10_000));
		try (RawClient reader = RawClient.connected(this.broker.port(), "reader", true).subscribed("t", 0)) {
			RawClient.connected(this.broker.port(), "many", true)
				.send(messages(0), new byte[] { (byte) 0xe0, 0 })
				.hangUp();
			for (int i = 1; i <= MESSAGES; i++) {
				Packet message = reader.receive();
				assertThat(message.payload()).isEqualTo(String.valueOf(i));
			}
		}
	}

}
