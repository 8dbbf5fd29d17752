package io.heliograph.broker.engine;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.engine.SessionSettings.QueueFull;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * What the queue of a group counts, and who is given what, where members come, go and get
 * room.
 */
class GroupBoundTests {

	private static final String GROUP = "$share/group/+";

	private final CutStore store = new CutStore();

	private TestEngine engine(QueueFull full, long bytes) {
		return new TestEngine(new TestAccess(), new MovedClock(), this.store,
				new SessionSettings(100, 0, DataSize.ofBytes(bytes), full), null, TestEngines.KEEP_ALL);
	}

	private static void publish(TestEngine engine, String topic) {
		engine.engine().publish(List.of(TestMessages.message(topic)));
	}

	private static TestClient away(TestEngine engine) {
		TestClient away = engine.client("away");
		away.connect(Opening.NEVER);
		away.subscribe(GROUP);
		away.leave();
		return away;
	}

	private static long bytes(TestEngine engine) {
		engine.settle();
		GroupQueue queue = (GroupQueue) Inside.map(engine.engine().groups(), "byFilter")
			.get(ShareableFilter.parse(GROUP));
		return Inside.number(queue, "rows", "bytes");
	}

	private static SubscriptionOptions withIdentifier() {
		return new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 2, 7);
	}

	/** The copy of a guest has the identifier of its subscription, the row has none. */
	@Test
	void countsTheBytesOfTheRowsWhereAGuestHasAnIdentifier() {
		try (TestEngine engine = engine(QueueFull.REFUSE_NEWEST, 1_000_000)) {
			away(engine);
			publish(engine, "x");
			long one = bytes(engine);
			publish(engine, "x");
			assertThat(bytes(engine)).isEqualTo(2 * one);
			for (int i = 0; i < 10; i++) {
				publish(engine, "x");
			}
			engine.settle();
			// one of them stays
			TestClient guest = engine.client("guest");
			guest.receiveMaximum(11);
			guest.connect(0);
			guest.subscribe(GROUP, withIdentifier());
			List<Copy> copies = guest.receive();
			assertThat(copies).hasSize(11);
			engine.access().denyReadTo("guest", "#");
			copies.forEach(guest::acknowledge);
			assertThat(engine.queuedFor(GROUP)).isEqualTo(1);
			assertThat(bytes(engine)).isEqualTo(one);
		}
	}

	/** What was lent when it was new has one, and the copy of the next guest none. */
	@Test
	void countsTheBytesOfTheRowsWhereAGuestWithAnIdentifierGoes() {
		try (TestEngine engine = engine(QueueFull.REFUSE_NEWEST, 1_000_000)) {
			away(engine);
			publish(engine, "x");
			long one = bytes(engine);
			engine.access().denyReadTo("guest", "x");
			TestClient guest = engine.client("guest");
			guest.connect(0);
			guest.subscribe(GROUP, withIdentifier());
			for (int i = 0; i < 10; i++) {
				publish(engine, "y");
			}
			assertThat(guest.receive()).hasSize(10);
			guest.leave();
			TestClient other = engine.client("other");
			engine.access().denyReadTo("other", "x");
			other.connect(0);
			other.subscribe(GROUP);
			assertThat(other.acknowledgedTopics()).hasSize(10);
			assertThat(engine.queuedFor(GROUP)).isEqualTo(1);
			assertThat(bytes(engine)).isEqualTo(one);
		}
	}

	/** Of a group's first portion, before the turn of the next, a large one comes. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 8, 15, 16 })
	void givesAGuestWhatTookThePlaceOfTheRest(int wake) {
		try (TestEngine engine = engine(QueueFull.DROP_OLDEST, 40 * 3)) {
			away(engine);
			List<String> topics = new ArrayList<>();
			for (int i = 0; i < 40; i++) {
				topics.add(String.format("%02d", i));
				publish(engine, topics.get(i));
			}
			assertThat(engine.queuedFor(GROUP)).isEqualTo(40);
			assertThat(bytes(engine)).isEqualTo(40 * 3);
			TestClient guest = engine.client("guest");
			guest.receiveMaximum(100);
			guest.connect(0);
			onWake(guest.link(), wake, () -> engine.engine().publish(List.of(TestMessages.large("large", 66))));
			guest.subscribe(GROUP);
			List<String> received = guest.acknowledgedTopics();
			List<String> expected = new ArrayList<>(topics.subList(0, 16));
			expected.add("large");
			assertThat(received).isEqualTo(expected);
			assertThat(engine.drops()).containsExactly(entry("queue-full", 24L));
			assertThat(engine.queuedFor(GROUP)).isZero();
		}
	}

	private static void onWake(TestLink link, int number, Runnable action) {
		link.onNextWake((number == 1) ? action : () -> onWake(link, number - 1, action));
	}

	/** Another has room, and may not have it. */
	@Test
	void isAskedByOneWithoutRoomThoughAllWasLookedAtAnew() {
		try (TestEngine engine = engine(QueueFull.REFUSE_NEWEST, 0)) {
			engine.access().denyReadTo("guest", "#");
			TestClient kept = engine.client("kept");
			kept.receiveMaximum(1);
			kept.connect(Opening.NEVER);
			kept.subscribe(GROUP);
			TestClient guest = engine.client("guest");
			guest.connect(0);
			guest.subscribe(GROUP);
			publish(engine, "0");
			assertThat(kept.topics()).containsExactly("0");
			publish(engine, "1");
			engine.settle();
			engine.engine().groups().rulesChanged();
			engine.settle();
			kept.acknowledge(1);
			assertThat(kept.topics()).containsExactly("1");
			kept.acknowledge(2);
		}
	}

	/** It is connected before the journal has seen that. */
	@Test
	void keepsWhatWaitsForOneWithQos0ThatComesBack() {
		try (TestEngine engine = engine(QueueFull.REFUSE_NEWEST, 0)) {
			engine.access().denyReadTo("guest", "#");
			away(engine);
			TestClient guest = engine.client("guest");
			guest.connect(0);
			guest.subscribe(GROUP);
			TestClient zero = engine.client("zero");
			zero.connect(Opening.NEVER);
			zero.subscribe(GROUP, TestClient.options(Qos.AT_MOST_ONCE));
			zero.leave();
			publish(engine, "1");
			assertThat(engine.queuedFor(GROUP)).isEqualTo(1);
			engine.hold(this.store);
			engine.access().denyReadTo("away", "#");
			engine.engine().groups().rulesChanged();
			zero.connect(Opening.NEVER);
			this.store.release(Integer.MAX_VALUE);
			assertThat(zero.topics()).containsExactly("1");
			assertThat(engine.drops()).isEmpty();
		}
	}

	/**
	 * They come faster than it takes them, and no more of them than its window has room.
	 */
	@ParameterizedTest
	@EnumSource(QueueFull.class)
	void lendsAGuestMoreThanMayWaitForIt(QueueFull full) {
		try (TestEngine engine = new TestEngine(new TestAccess(), new MovedClock(), this.store,
				new SessionSettings(20, 3, DataSize.ofBytes(0), full), null, TestEngines.KEEP_ALL)) {
			away(engine);
			TestClient guest = engine.client("guest");
			guest.receiveMaximum(20);
			guest.connect(0);
			guest.subscribe(GROUP);
			List<String> topics = List.of("0", "1", "2", "3", "4");
			engine.engine().publish(topics.stream().map(TestMessages::message).toList());
			assertThat(guest.acknowledgedTopics()).isEqualTo(topics);
			assertThat(engine.drops()).isEmpty();
		}
	}

}
