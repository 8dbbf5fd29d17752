package io.heliograph.broker.moquette;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Packets with very many filters. */
class ManyFiltersTests {

	private static final int FILTERS = 3000;

	private static final int PUBLISH = 3;

	private static final int SUBACK = 9;

	private static final int UNSUBACK = 11;

	private final TestAccess access = new TestAccess();

	private final TestBroker broker = new TestBroker(this.access);

	@AfterEach
	void close() {
		this.broker.close();
	}

	private static byte[] subscribe(int packetId, Stream<String> filters) {
		PacketBody body = new PacketBody().number(packetId);
		filters.forEach((filter) -> body.text(filter).bytes(1));
		return RawClient.packet(0x82, body);
	}

	private static byte[] unsubscribe(int packetId, Stream<String> filters) {
		PacketBody body = new PacketBody().number(packetId);
		filters.forEach(body::text);
		return RawClient.packet(0xa2, body);
	}

	private static Stream<String> filters() {
		return IntStream.range(0, FILTERS).mapToObj((i) -> "t/" + i);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void letOthersHaveTheirTurn(boolean inOnePacket) {
		AtomicInteger done = new AtomicInteger();
		this.access.beforeSubscribing(() -> {
			done.incrementAndGet();
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
		});
		try (RawClient many = RawClient.connected(this.broker.port(), "many", true)) {
			if (inOnePacket) {
				many.send(subscribe(1, filters()));
			}
			else {
				many.send(filters().map((filter) -> subscribe(1, Stream.of(filter))).toArray(byte[][]::new));
			}
			await().until(() -> done.get() > 10);
			this.broker.pingOnEachLoop();
			assertThat(done).hasValueLessThan(FILTERS);
			for (int answered = 0; answered < FILTERS;) {
				answered += many.receive().body().length - 2;
			}
		}
	}

	/** A thousand filters match each of 300 retained messages. */
	@Test
	void letOthersHaveTheirTurnThoughTheirRetainedMessagesAreStored() {
		AtomicInteger done = new AtomicInteger();
		try (RawClient other = RawClient.connected(this.broker.port(), "other", true);
				RawClient many = RawClient.connected(this.broker.port(), "many", false)) {
			for (int i = 1; i <= 300; i++) {
				other.send(RawClient.packet(0x33, new PacketBody().text("0/".repeat(10) + i).number(i).bytes('r')));
				assertThat(other.receive().number(0)).isEqualTo(i);
			}
			this.access.beforeSubscribing(done::incrementAndGet);
			List<String> filters = IntStream.range(0, 1000).mapToObj(ManyFiltersTests::patternOf).toList();
			many.send(subscribe(1, filters.stream()));
			await().until(() -> done.get() > 10);
			other.send(RawClient.packet(0x33, new PacketBody().text("t").number(301).bytes('r')));
			assertThat(other.receive().number(0)).isEqualTo(301);
			assertThat(done).hasValueLessThan(1000);
			await().until(() -> done.get() == 1000);
		}
	}

	/** Ten levels that are 0 or +, by the digits of a number. */
	private static String patternOf(int number) {
		return IntStream.range(0, 10).mapToObj((i) -> ((number >> i & 1) == 1) ? "+/" : "0/").collect(joining()) + "+";
	}

	private static void awaitLatch(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** The journal is held up where it decides who of a group may read. */
	@Test
	void areNotReadOnWhileThoseBeforeAreNotAnswered() {
		AtomicInteger done = new AtomicInteger();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		try (RawClient member = RawClient.connected(this.broker.port(), "member", false).subscribed("$share/g/t", 1);
				RawClient other = RawClient.connected(this.broker.port(), "other", true);
				RawClient many = RawClient.connected(this.broker.port(), "many", false)) {
			this.access.beforeSubscribing(done::incrementAndGet);
			this.access.beforeDeciding(() -> {
				if (Thread.currentThread().getName().equals("heliograph-journal")) {
					held.countDown();
					awaitLatch(goOn);
				}
			});
			other.send(RawClient.publish("t", "to one of a group", 1, 1));
			await().until(() -> held.getCount() == 0);
			for (int i = 0; i < 20; i++) {
				many.send(subscribe(1 + i, filters().limit(500)));
			}
			await().until(() -> done.get() >= 1000);
			await().during(Duration.ofMillis(300)).until(() -> done.get() == 1000);
			goOn.countDown();
			assertThat(IntStream.range(0, 20).mapToObj((i) -> many.receive().number(0)))
				.containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 20).boxed().toList());
			assertThat(member.receive().payload()).isEqualTo("to one of a group");
		}
		finally {
			goOn.countDown();
		}
	}

	/** The retain handling of each place at which one filter stands. */
	@ParameterizedTest
	@ValueSource(strings = { "0", "1", "11", "02", "01", "10", "00", "20", "21 ", "112" })
	void areSentWhatIsRetainedOnceWhateverTheirHandling(String handling) {
		try (RawClient many = RawClient.connected5(this.broker.port(), "many", true)) {
			many.send(RawClient.packet(0x31, new PacketBody().text("t/1").bytes(0).raw(new byte[] { 'r' })));
			PacketBody body = new PacketBody().number(1).bytes(0);
			handling.strip().chars().forEach((digit) -> body.text("t/1").bytes((digit - '0') << 4));
			many.send(RawClient.packet(0x82, body));
			assertThat(many.receive().type()).isEqualTo(SUBACK);
			boolean none = handling.startsWith("21");
			if (!none) {
				assertThat(many.receive().topic()).isEqualTo("t/1");
			}
			many.ping();
		}
	}

	@ParameterizedTest
	@CsvSource({ "10000, false", "10000, true", "10001, false", "10001, true" })
	void areTenThousandAtMost(int count, boolean subscribed) {
		try (RawClient many = RawClient.connected5(this.broker.port(), "many", true)) {
			many.send(RawClient.filters5(subscribed, count));
			if (count > 10_000) {
				assertThat(many.closeReason()).isEqualTo(0x97);
				return;
			}
			Packet answer = many.receive();
			assertThat(answer.type()).isEqualTo(subscribed ? SUBACK : UNSUBACK);
			assertThat(answer.body()).hasSize(2 + 1 + count);
		}
	}

	@Test
	void areAnsweredInTheOrderOfThePackets() {
		this.access.beforeSubscribing(() -> LockSupport.parkNanos(10_000));
		try (RawClient many = RawClient.connected(this.broker.port(), "many", true)) {
			many.send(subscribe(1, filters()), RawClient.publish("t/1", "one", 0, 0), unsubscribe(2, filters()),
					RawClient.publish("t/1", "none", 0, 0), subscribe(3, filters()),
					RawClient.publish("t/2999", "two", 0, 0));
			Packet first = many.receive();
			assertThat(first.type()).isEqualTo(SUBACK);
			assertThat(first.number(0)).isEqualTo(1);
			assertThat(many.receive().payload()).isEqualTo("one");
			assertThat(many.receive().type()).isEqualTo(UNSUBACK);
			assertThat(many.receive().number(0)).isEqualTo(3);
			assertThat(many.receive().payload()).isEqualTo("two");
			many.ping();
		}
	}

	@Test
	void leaveNothingBehindWhoIsGone() {
		this.access.beforeSubscribing(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)));
		RawClient many = RawClient.connected(this.broker.port(), "many", true);
		many.send(subscribe(1, filters()));
		many.close();
		await().until(() -> this.broker.engine().sessions().all().isEmpty());
		try (RawClient other = RawClient.connected(this.broker.port(), "other", true)) {
			other.ping();
		}
	}

	@Test
	void areSentWhatIsRetainedOnceForEachThatIsRepeated() {
		try (RawClient many = RawClient.connected(this.broker.port(), "many", true)) {
			many.send(RawClient.packet(0x31, new PacketBody().text("t/1").raw(new byte[] { 'r' })));
			many.send(subscribe(1, Stream.of("t/1", "#", "t/1", "t/1")));
			// SUBACK may come between the two: others may have had their turn before it
			assertThat(IntStream.range(0, 3).mapToObj((i) -> many.receive().type())).containsExactlyInAnyOrder(PUBLISH,
					PUBLISH, SUBACK);
			many.send(RawClient.publish("t/2", "end", 0, 0));
			assertThat(many.receive().payload()).isEqualTo("end");
		}
	}

}
