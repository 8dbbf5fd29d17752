package io.heliograph.broker.moquette;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.heliograph.account.Admission;
import io.heliograph.account.Login;
import io.heliograph.account.MqttClient;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Packet;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import io.netty.channel.EventLoop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Very many messages that a client publishes at once. */
class ManyMessagesTests {

	private static final int MESSAGES = 3000;

	private static final int MESSAGES_TO_MANY = 30;

	private static final int READERS = 20;

	private final TestAccess access = new TestAccess();

	private final TestBroker broker = new TestBroker(this.access);

	@AfterEach
	void close() {
		this.broker.close();
	}

	private static byte[] messages(int qos, int count) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		IntStream.rangeClosed(1, count)
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
			many.send(messages(qos, MESSAGES));
			await().until(() -> done.get() > 10);
			this.broker.pingOnEachLoop();
			assertThat(done).hasValueLessThan(MESSAGES);
			for (int i = 1; qos > 0 && i <= MESSAGES; i++) {
				assertThat(many.receive().number(0)).isEqualTo(i);
			}
			many.ping();
		}
	}

	/** Each takes far longer than a turn, once it is handed over. */
	@Test
	void letOthersHaveTheirTurnBetweenTwoThatGoToMany() {
		AtomicInteger decisions = new AtomicInteger();
		AtomicBoolean over = new AtomicBoolean();
		List<RawClient> readers = IntStream.range(0, READERS)
			.mapToObj((i) -> RawClient.connected(this.broker.port(), "reader-" + i, true)
				.subscribed("$share/" + i + "/t", 0))
			.toList();
		this.access.beforeDeciding(() -> {
			decisions.incrementAndGet();
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		});
		try (RawClient many = RawClient.connected(this.broker.port(), "many", true)) {
			EventLoop loop = this.broker.channelOf(many.localPort()).eventLoop();
			AtomicInteger longest = new AtomicInteger();
			loop.execute(new Runnable() {

				private int before = decisions.get();

				@Override
				public void run() {
					longest.accumulateAndGet(decisions.get() - this.before, Math::max);
					this.before = decisions.get();
					if (!over.get()) {
						loop.schedule(this, 0, TimeUnit.NANOSECONDS);
					}
				}

			});
			many.send(messages(0, MESSAGES_TO_MANY));
			many.ping();
			// whether it may be published, and whether each may read it
			assertThat(longest).hasValueBetween(READERS, 2 * (1 + READERS));
		}
		finally {
			over.set(true);
			readers.forEach(RawClient::close);
		}
	}

	/** The user is revoked while the first is decided. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void endWhenTheirPublisherIsRevoked(int qos) {
		try (RawClient reader = RawClient.connected(this.broker.port(), "reader", true).subscribed("t", 0)) {
			MqttClient user = new MqttClient(new Login(7, "user", 1), new ClientId("many"),
					InetAddress.getLoopbackAddress());
			this.access.admission(CompletableFuture.completedFuture(new Admission.Admitted(user)));
			RawClient many = RawClient.connected(this.broker.port(), "many", true);
			this.access.beforeDeciding(() -> {
				this.access.revoke(7, false);
				this.broker.engine().revoke();
			});
			many.send(messages(qos, MESSAGES));
			assertThat(many.closedByServer()).isTrue();
			reader.send(RawClient.publish("t", "end", 0, 0));
			assertThat(Stream.generate(reader::receive)
				.map(Packet::payload)
				.takeWhile((payload) -> !payload.equals("end"))).isSubsetOf("1");
		}
	}

	/** Before the session is taken from it; it sends them again when it may. */
	@Test
	void areNotAcknowledgedIfTheirPublisherIsDisabled() {
		try (RawClient many = RawClient.connected(this.broker.port(), "many", true)) {
			many.send(messages(1, 1));
			assertThat(many.receive().type()).isEqualTo(4);
			this.access.disableUsers();
			many.send(messages(1, 3), messages(2, 3));
			many.ping();
		}
	}

	@Test
	void comeInOrderThoughTheirPublisherHasLeft() {
		this.access.beforeDeciding(() -> LockSupport.parkNanos(10_000));
		try (RawClient reader = RawClient.connected(this.broker.port(), "reader", true).subscribed("t", 0)) {
			RawClient.connected(this.broker.port(), "many", true)
				.send(messages(0, MESSAGES), new byte[] { (byte) 0xe0, 0 })
				.hangUp();
			for (int i = 1; i <= MESSAGES; i++) {
				Packet message = reader.receive();
				assertThat(message.payload()).isEqualTo(String.valueOf(i));
			}
		}
	}

}
