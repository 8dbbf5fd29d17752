package io.heliograph.broker.engine;

import java.util.List;
import java.util.stream.IntStream;

import io.heliograph.broker.Audience;
import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.engine.SessionSettings.QueueFull;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/** What becomes of one message more than may wait for a device. */
@ExtendWith(OutputCaptureExtension.class)
class FullQueueTests {

	private static final int HOUR = 3600;

	private static final int MAX_QUEUED = 3;

	private final TestEngine refusing = new TestEngine(MAX_QUEUED);

	private final TestEngine dropping = new TestEngine(MAX_QUEUED, QueueFull.DROP_OLDEST);

	@AfterEach
	void close() {
		this.refusing.close();
		this.dropping.close();
	}

	private static TestClient subscriber(TestEngine engine, int expirySeconds) {
		TestClient device = engine.client("device");
		device.receiveMaximum(1);
		device.connect(expirySeconds);
		device.subscribe("+");
		return device;
	}

	private static TestClient away(TestEngine engine) {
		TestClient device = subscriber(engine, HOUR);
		device.leave();
		return device;
	}

	private static void publish(TestEngine engine, int from, int to) {
		IntStream.range(from, to).forEach((i) -> engine.publish(TestMessages.message(String.valueOf(i))));
	}

	/** Its name and the settings are in it. */
	@ParameterizedTest
	@ValueSource(ints = { 0, HOUR })
	void isLoggedOnceAMinuteAtMost(int expirySeconds, CapturedOutput output) {
		subscriber(this.refusing, expirySeconds);
		publish(this.refusing, 0, 7);
		assertThat(this.refusing.drops()).containsKey("queue-full");
		assertThat(output).containsOnlyOnce("The queue of 'device' is full").contains("max-queued-messages");
	}

	@ParameterizedTest
	@CsvSource({ "DROP_OLDEST, its oldest messages are dropped", "REFUSE_NEWEST, what comes for it is dropped" })
	void theLogTellsWhatGoes(QueueFull queueFull, String text, CapturedOutput output) {
		away(engine(queueFull));
		publish(engine(queueFull), 0, MAX_QUEUED + 1);
		assertThat(output).contains(text + " (heliograph.sessions.max-queued-messages");
	}

	private TestEngine engine(QueueFull queueFull) {
		return (queueFull == QueueFull.DROP_OLDEST) ? this.dropping : this.refusing;
	}

	/** Whatever becomes of one more in a queue. */
	@Test
	void isLoggedWhenTooManyAreHeld(CapturedOutput output) {
		for (int i = 0; i <= MAX_QUEUED; i++) {
			this.dropping.notify(TestMessages.held("t", "device"));
		}
		assertThat(output).containsOnlyOnce("The queue of 'device' is full: what comes for it is dropped");
	}

	/** It has no room though all others went: none of them does. */
	@ParameterizedTest
	@ValueSource(ints = { 0, HOUR })
	void noneMakesRoomForOneThatIsTooLarge(int expirySeconds, CapturedOutput output) {
		try (TestEngine engine = withBytes()) {
			TestClient device = subscriber(engine, expirySeconds);
			publish(engine, 0, 8);
			engine.publish(TestMessages.large("large", 10_240));
			assertThat(engine.drops()).containsExactly(entry("queue-full", 1L));
			assertThat(output).contains("what comes for it is dropped (heliograph.sessions.max-queued-bytes");
			assertThat(device.acknowledgedTopics()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7");
		}
	}

	@Test
	void noneMakesRoomWhereWhatIsSentTakesIt() {
		try (TestEngine engine = withBytes()) {
			TestClient device = subscriber(engine, HOUR);
			engine.publish(TestMessages.large("sent", 6_000));
			assertThat(device.topics()).containsExactly("sent");
			publish(engine, 0, 3);
			engine.publish(TestMessages.large("large", 5_000));
			assertThat(engine.drops()).containsExactly(entry("queue-full", 1L));
			device.acknowledge(1);
			assertThat(device.acknowledgedTopics()).containsExactly("0", "1", "2");
		}
	}

	/** Of 10 KB, 6 are lent, or none. */
	@ParameterizedTest
	@CsvSource({ "1, 20000", "6000, 5000" })
	void noneOfAGroupMakesRoomInVain(int lent, int size) {
		try (TestEngine engine = withBytes()) {
			TestClient away = engine.client("away");
			away.connect(Opening.NEVER);
			away.subscribe("$share/group/+");
			away.leave();
			TestClient guest = engine.client("guest");
			guest.receiveMaximum(1);
			guest.connect(0);
			guest.subscribe("$share/group/+");
			engine.publish(TestMessages.large("lent", lent));
			assertThat(guest.topics()).containsExactly("lent");
			engine.publish(TestMessages.large("0", 1_000));
			engine.publish(TestMessages.large("1", 1_000));
			engine.publish(TestMessages.large("large", size));
			assertThat(engine.drops()).containsExactly(entry("queue-full", 1L));
			guest.acknowledge(1);
			assertThat(guest.acknowledgedTopics()).containsExactly("0", "1");
		}
	}

	/** Whose queues have room for 10 KB. */
	private static TestEngine withBytes() {
		return new TestEngine(new TestAccess(), new MovedClock(), new MemoryStore(),
				new SessionSettings(20, 0, DataSize.ofKilobytes(10), QueueFull.DROP_OLDEST), null, TestEngines.LEDGER);
	}

	@Test
	void theNewestIsRefused() {
		TestClient device = away(this.refusing);
		publish(this.refusing, 0, 5);
		assertThat(this.refusing.drops()).containsExactly(entry("queue-full", 2L));
		device.connect(HOUR);
		assertThat(device.acknowledgedTopics()).containsExactly("0", "1", "2");
	}

	@Test
	void theOldestMakesRoom() {
		TestClient device = away(this.dropping);
		publish(this.dropping, 0, 5);
		assertThat(this.dropping.drops()).containsExactly(entry("queue-full", 2L));
		device.connect(HOUR);
		assertThat(device.acknowledgedTopics()).containsExactly("2", "3", "4");
		assertThat(this.dropping.families()).doesNotContain("queue", "message");
	}

	/** None of it can be seen in the store before all is there. */
	@Test
	void theOldestMakesRoomAmongManyThatComeTogether() {
		TestClient device = away(this.dropping);
		publish(this.dropping, 0, 1);
		List<Message> together = IntStream.range(1, 9)
			.mapToObj((i) -> TestMessages.message(String.valueOf(i)))
			.toList();
		this.dropping.engine().publish(together).toCompletableFuture().join();
		assertThat(this.dropping.drops()).containsExactly(entry("queue-full", 6L));
		device.connect(HOUR);
		assertThat(device.acknowledgedTopics()).containsExactly("6", "7", "8");
		assertThat(this.dropping.families()).doesNotContain("queue", "message");
	}

	@Test
	void theLedgerTellsWhichOfThoseThatComeTogether() {
		away(this.dropping);
		Notification[] together = IntStream.range(0, 5)
			.mapToObj((i) -> TestMessages.notification("n"))
			.toArray(Notification[]::new);
		this.dropping.notify(together);
		for (int i = 0; i < 5; i++) {
			assertThat(this.dropping.fates(together[i]))
				.containsExactly((i < 2) ? "device: DROPPED(QUEUE_FULL)" : "device: QUEUED");
			assertThat(this.dropping.counts(together[i])).hasSize(1).containsValue(1);
		}
	}

	/** What the newest supersedes cannot make room once more. */
	@Test
	void whatIsSupersededMakesRoomOnce() {
		TestEngine engine = new TestEngine(MAX_QUEUED, QueueFull.DROP_OLDEST);
		TestClient device = engine.client("device");
		device.receiveMaximum(2);
		device.connect(HOUR);
		device.subscribe("+");
		engine.publish(TestMessages.high("high-1"));
		engine.publish(TestMessages.high("high-2"));
		assertThat(device.topics()).as("they take no place until the process ends").hasSize(2);
		Notification older = collapsing();
		engine.notify(older);
		publish(engine, 0, 2);
		try (TestEngine restarted = engine.restarted()) {
			restarted.notify(collapsing());
			assertThat(restarted.fates(older)).containsExactly("device: SUPERSEDED");
			assertThat(restarted.counts(older)).hasSize(1).containsValue(1);
			assertThat(restarted.client("device").queued()).isEqualTo(MAX_QUEUED);
		}
	}

	private static Notification collapsing() {
		return new Notification(TestMessages.message("c"), Audience.SUBSCRIBERS, "backend", null, null, "key",
				new byte[0]);
	}

	@Test
	void theOldestMakesRoomAmongManyThatComeToAGroupTogether() {
		TestClient device = this.dropping.client("device");
		device.connect(HOUR);
		device.subscribe("$share/group/+");
		device.leave();
		List<Message> together = IntStream.range(0, 8)
			.mapToObj((i) -> TestMessages.message(String.valueOf(i)))
			.toList();
		this.dropping.engine().publish(together).toCompletableFuture().join();
		assertThat(this.dropping.queuedFor("$share/group/+")).isEqualTo(MAX_QUEUED);
		device.connect(HOUR);
		assertThat(device.acknowledgedTopics()).containsExactly("5", "6", "7");
	}

	/** All that was handed to the connection made room before it was sent. */
	@Test
	void whatIsLeftComesThoughTheOldestMadeRoom() {
		try (TestEngine engine = new TestEngine(200, QueueFull.DROP_OLDEST)) {
			TestClient device = subscriber(engine, HOUR);
			publish(engine, 0, 500);
			assertThat(device.acknowledgedTopics()).hasSize(201).startsWith("299").endsWith("499");
		}
	}

	@Test
	void whatIsSentMakesNoRoom() {
		TestClient device = subscriber(this.dropping, HOUR);
		publish(this.dropping, 0, 1);
		assertThat(device.topics()).containsExactly("0");
		publish(this.dropping, 1, 7);
		assertThat(this.dropping.drops()).containsExactly(entry("queue-full", 3L));
		device.acknowledge(1);
		assertThat(device.acknowledgedTopics()).containsExactly("4", "5", "6");
	}

	@Test
	void whatIsOfHighPriorityMakesRoomLast() {
		TestClient device = away(this.dropping);
		this.dropping.publish(TestMessages.high("high-1"));
		publish(this.dropping, 0, 3);
		this.dropping.publish(TestMessages.high("high-2"));
		this.dropping.publish(TestMessages.high("high-3"));
		this.dropping.publish(TestMessages.high("high-4"));
		device.connect(HOUR);
		assertThat(device.acknowledgedTopics()).containsExactly("high-2", "high-3", "high-4");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, HOUR })
	void theLedgerTellsWhichOne(int expirySeconds) {
		TestClient device = subscriber(this.dropping, expirySeconds);
		this.dropping.publish(TestMessages.message("sent"));
		device.receive();
		Notification oldest = TestMessages.notification("oldest");
		this.dropping.notify(oldest);
		publish(this.dropping, 0, MAX_QUEUED);
		assertThat(this.dropping.fates(oldest)).containsExactly("device: DROPPED(QUEUE_FULL)");
	}

	@Test
	void theLedgerTellsThatTheNewestIsRefused() {
		away(this.refusing);
		publish(this.refusing, 0, MAX_QUEUED);
		Notification newest = TestMessages.notification("newest");
		this.refusing.notify(newest);
		assertThat(this.refusing.fates(newest)).containsExactly("device: DROPPED(QUEUE_FULL)");
	}

	@Test
	void theOldestMakesRoomInASessionThatIsNotStored() {
		TestClient device = subscriber(this.dropping, 0);
		this.dropping.publish(TestMessages.message("sent"));
		assertThat(device.topics()).containsExactly("sent");
		publish(this.dropping, 0, 5);
		device.acknowledge(1);
		assertThat(device.acknowledgedTopics()).containsExactly("2", "3", "4");
		assertThat(this.dropping.drops()).containsExactly(entry("queue-full", 2L));
	}

	/** The device holds its packet id. */
	@Test
	void whatWasReceivedWithQos2MakesNoRoom() {
		TestClient device = subscriber(this.dropping, HOUR);
		this.dropping.publish(TestMessages.message("received", Qos.EXACTLY_ONCE));
		device.receive();
		device.received(1);
		device.leave();
		publish(this.dropping, 0, 5);
		device.connect(HOUR);
		assertThat(device.packets()).contains("PUBREL 1");
	}

	private static TestEngine engine(CutStore store, int window, int limit, QueueFull full) {
		return new TestEngine(new TestAccess(), new MovedClock(), store,
				new SessionSettings(window, limit, DataSize.ofBytes(0), full), null, TestEngines.KEEP_ALL);
	}

	private static TestClient connected(TestEngine engine, int expirySeconds) {
		TestClient device = engine.client("device");
		device.connect(expirySeconds);
		device.subscribe("+");
		return device;
	}

	private static void publishNow(TestEngine engine, int from, int to) {
		IntStream.range(from, to)
			.forEach((i) -> engine.engine().publish(List.of(TestMessages.message(String.valueOf(i)))));
	}

	/**
	 * The journal has not seen the acknowledgements, and the rest of the room is taken.
	 */
	@ParameterizedTest
	@EnumSource
	void whatIsAcknowledgedTakesNoPlace(QueueFull full) {
		CutStore store = new CutStore();
		try (TestEngine engine = engine(store, 10, 3, full)) {
			TestClient device = connected(engine, HOUR);
			publish(engine, 0, 13);
			List<Copy> sent = device.receive();
			assertThat(sent).hasSize(10);
			engine.hold(store);
			publishNow(engine, 13, 23);
			sent.forEach(device::acknowledge);
			store.release(Integer.MAX_VALUE);
			assertThat(device.acknowledgedTopics()).hasSize(13);
			assertThat(engine.drops()).isEmpty();
		}
	}

	/** The device takes them all at once; they wait for nothing but the disk. */
	@ParameterizedTest
	@EnumSource
	void whatWaitsForTheDiskTakesNoPlace(QueueFull full) {
		CutStore store = new CutStore();
		try (TestEngine engine = engine(store, 20, 1, full)) {
			TestClient device = connected(engine, HOUR);
			engine.hold(store);
			publishNow(engine, 0, 22);
			store.release(Integer.MAX_VALUE);
			assertThat(device.acknowledgedTopics()).hasSize(21);
			assertThat(engine.drops()).containsExactly(entry("queue-full", 1L));
		}
	}

	/** The same for what waits for its connection to write it. */
	@ParameterizedTest
	@EnumSource
	void whatWaitsToBeWrittenTakesNoPlace(QueueFull full) {
		try (TestEngine engine = engine(new CutStore(), 20, 1, full)) {
			TestClient device = connected(engine, 0);
			publish(engine, 0, 22);
			assertThat(device.acknowledgedTopics()).hasSize(21);
			assertThat(engine.drops()).containsExactly(entry("queue-full", 1L));
		}
	}

	/** However few are handed over to its connection, as of large ones. */
	@ParameterizedTest
	@CsvSource({ "10, 5, 300000, 1", "20, 50, 60000, 5", "100, 200, 1, 105", "10, 5, 1, 1" })
	void oneMoreMakesOneGo(int window, int limit, int size, int more) {
		try (TestEngine engine = engine(new CutStore(), window, limit, QueueFull.DROP_OLDEST)) {
			connected(engine, HOUR);
			for (int i = 0; i < window + limit + more; i++) {
				engine.publish(TestMessages.large("t", size));
			}
			assertThat(engine.drops()).containsExactly(entry("queue-full", (long) more));
		}
	}

	/** What waited for it is about to be handed over. */
	@ParameterizedTest
	@EnumSource
	void thePlaceOfWhatIsAcknowledgedIsFree(QueueFull full) {
		CutStore store = new CutStore();
		try (TestEngine engine = engine(store, 10, 1, full)) {
			TestClient device = connected(engine, HOUR);
			for (int i = 0; i < 11; i++) {
				engine.publish(TestMessages.large("t", 300_000));
			}
			assertThat(device.receive()).hasSize(10);
			engine.hold(store);
			device.acknowledge(1);
			engine.engine().publish(List.of(TestMessages.large("newest", 300_000)));
			store.release(Integer.MAX_VALUE);
			assertThat(engine.drops()).isEmpty();
		}
	}

	/** It was so before its connection began, and takes no place in the window. */
	@Test
	void whatOnlyPubrelIsDueOfTakesNoPlace() {
		try (TestEngine engine = engine(new CutStore(), 10, 1, QueueFull.REFUSE_NEWEST)) {
			TestClient device = connected(engine, HOUR);
			for (int i = 0; i < 10; i++) {
				engine.publish(TestMessages.message("t", Qos.EXACTLY_ONCE));
			}
			List<Copy> sent = device.receive();
			assertThat(sent).hasSize(10);
			sent.forEach((copy) -> device.received(copy.packetId()));
			engine.settle();
			device.leave();
			device.connect(HOUR);
			device.receive();
			publish(engine, 0, 11);
			assertThat(engine.drops()).isEmpty();
			publish(engine, 11, 12);
			assertThat(engine.drops()).containsExactly(entry("queue-full", 1L));
		}
	}

	/** It has its place in the queue of the group. */
	@ParameterizedTest
	@EnumSource
	void whatIsLentTakesNoPlaceOfTheGuest(QueueFull full) {
		try (TestEngine engine = engine(new CutStore(), 1, 3, full)) {
			TestClient away = engine.client("away");
			away.connect(Opening.NEVER);
			away.subscribe("$share/group/+");
			away.leave();
			TestClient guest = engine.client("guest");
			guest.connect(0);
			guest.subscribe("$share/group/+");
			guest.subscribe("own/+");
			engine.publish(TestMessages.message("lent"));
			for (int i = 0; i < 5; i++) {
				engine.publish(TestMessages.message("own/" + i));
			}
			assertThat(guest.acknowledgedTopics().get(0)).isEqualTo("lent");
			assertThat(engine.drops()).containsExactly(entry("queue-full", 1L));
		}
	}

	/** Members have acknowledged what they had, and are not asked yet. */
	@ParameterizedTest
	@CsvSource({ "0, REFUSE_NEWEST", "0, DROP_OLDEST", HOUR + ", REFUSE_NEWEST", HOUR + ", DROP_OLDEST" })
	void whatMembersHaveRoomForTakesNoPlaceOfTheirGroup(int expirySeconds, QueueFull full) {
		CutStore store = new CutStore();
		try (TestEngine engine = engine(store, 20, 1, full)) {
			TestClient away = engine.client("away");
			away.connect(Opening.NEVER);
			away.subscribe("$share/group/+");
			away.leave();
			TestClient device = engine.client("device");
			device.connect(expirySeconds);
			device.subscribe("$share/group/+");
			publish(engine, 0, 21);
			List<Copy> sent = device.receive();
			assertThat(sent).hasSize(20);
			engine.hold(store);
			sent.forEach(device::acknowledge);
			publishNow(engine, 21, 36);
			store.release(Integer.MAX_VALUE);
			assertThat(engine.drops()).isEmpty();
			assertThat(device.acknowledgedTopics()).hasSize(16);
		}
	}

}
