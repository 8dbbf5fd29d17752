package io.heliograph.broker.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.heliograph.broker.Fate;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.Notification;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.Will;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.Topic;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The process ends after any of the commits that something takes, however the changes are
 * divided between them; and a new one begins with what is stored.
 */
class CrashTests {

	private static final int FILTERS = 20;

	private static final int MOST_CHANGES = 8;

	private static final int MOST_COMMITS = 3;

	private static final int GUESTS_COPIES = 5;

	private static final long EXPIRY_SECONDS = 100;

	private final MovedClock clock = new MovedClock();

	/**
	 * @param check is given the store after the crash
	 */
	private void atAnyMoment(Consumer<TestEngine> before, Consumer<TestEngine> action, Consumer<MemoryStore> check) {
		for (int changes = 0; changes <= MOST_CHANGES; changes++) {
			for (int commits = 0; commits <= MOST_COMMITS; commits++) {
				CutStore store = new CutStore();
				try (TestEngine engine = new TestEngine(store, this.clock, null)) {
					before.accept(engine);
					engine.settle();
					store.hold();
					engine.engine().publish(List.of(TestMessages.retained("before")));
					store.awaitCommit();
					// what is done is divided after so many changes
					for (int i = 0; i < Journal.MAX_CHANGES - changes; i++) {
						engine.engine().durable();
					}
					action.accept(engine);
					store.release(1 + commits);
					engine.settle();
				}
				check.accept(store.kept());
			}
		}
	}

	private static void subscribe(TestEngine engine) {
		TestClient device = engine.client("device");
		device.connect(Opening.NEVER);
		filters().forEach(device::subscribe);
	}

	private static Stream<String> filters() {
		return IntStream.range(0, FILTERS).mapToObj((i) -> "filter/" + i);
	}

	/** How much of what it was subscribed to comes to a client. */
	private static int received(TestEngine engine, TestClient client) {
		filters().forEach((topic) -> engine.publish(TestMessages.message(topic)));
		return client.acknowledgedTopics().size();
	}

	@Test
	void aSessionThatGivesWayIsThereAsAWholeOrNotAtAll() {
		atAnyMoment(CrashTests::subscribe, (engine) -> engine.client("device").startClean(Opening.NEVER), (store) -> {
			try (TestEngine engine = new TestEngine(store, this.clock, null)) {
				TestClient device = engine.client("device");
				boolean present = device.connect(Opening.NEVER);
				assertThat(received(engine, device)).isIn(present ? List.of(0, FILTERS) : List.of(0));
			}
		});
	}

	@Test
	void aSessionHasNoSubscriptionsOfOneThatEnded() {
		atAnyMoment(CrashTests::subscribe, (engine) -> engine.client("device").startClean(0), (store) -> {
			try (TestEngine engine = new TestEngine(store, this.clock, null)) {
				engine.client("device").startClean(0);
				engine.settle();
			}
			try (TestEngine engine = new TestEngine(store, this.clock, null)) {
				engine.client("other").connect(Opening.NEVER);
				engine.settle();
			}
			try (TestEngine engine = new TestEngine(store, this.clock, null)) {
				TestClient other = engine.client("other");
				assertThat(other.connect(Opening.NEVER)).isTrue();
				assertThat(received(engine, other)).isZero();
			}
		});
	}

	private static void leaveWill(TestEngine engine) {
		TestClient heir = engine.client("heir");
		heir.connect(Opening.NEVER);
		heir.subscribe("wills");
		engine.client("device")
			.connect(EXPIRY_SECONDS, new Will(new Topic("wills"), new byte[1], Qos.EXACTLY_ONCE, false,
					MessageProperties.NONE, 0, null));
	}

	private void isPublishedOnce(MemoryStore store) {
		try (TestEngine engine = new TestEngine(store, this.clock, null)) {
			engine.pass(EXPIRY_SECONDS);
			TestClient heir = engine.client("heir");
			assertThat(heir.connect(Opening.NEVER)).isTrue();
			assertThat(heir.acknowledgedTopics()).containsExactly("wills");
		}
	}

	@Test
	void aWillOfASessionThatIsTakenOverIsPublishedOnce() {
		atAnyMoment(CrashTests::leaveWill, (engine) -> engine.client("device").connect(EXPIRY_SECONDS),
				this::isPublishedOnce);
	}

	@Test
	void aWillOfASessionThatEndsIsPublishedOnce() {
		atAnyMoment(CrashTests::leaveWill, (engine) -> engine.client("device").startClean(0), this::isPublishedOnce);
	}

	/** A kept member that is away, and a guest that has what came. */
	private static void lend(TestEngine engine) {
		TestClient kept = engine.client("kept");
		kept.connect(Opening.NEVER);
		kept.subscribe("$share/group/lent/+");
		kept.leave();
		guest(engine).receive();
		for (int i = 0; i < GUESTS_COPIES; i++) {
			engine.publish(TestMessages.message("lent/" + i));
		}
	}

	private static TestClient guest(TestEngine engine) {
		TestClient guest = engine.client("guest");
		guest.startClean(0);
		guest.subscribe("$share/group/lent/+");
		return guest;
	}

	/** What comes to the kept member of the group. */
	private List<String> keptGets(MemoryStore store) {
		try (TestEngine engine = new TestEngine(store, this.clock, null)) {
			TestClient kept = engine.client("kept");
			assertThat(kept.connect(Opening.NEVER)).isTrue();
			List<String> topics = kept.acknowledgedTopics();
			assertThat(engine.queuedFor("$share/group/lent/+")).isZero();
			return topics;
		}
	}

	@Test
	void whatAGuestOfAGroupHasIsTheOthersWhetherItHasLeftOrNot() {
		List<String> all = IntStream.range(0, GUESTS_COPIES).mapToObj((i) -> "lent/" + i).toList();
		atAnyMoment(CrashTests::lend, CrashTests::guest,
				(store) -> assertThat(keptGets(store)).containsExactlyInAnyOrderElementsOf(all));
	}

	private static Notification collapsing(String topic) {
		return new Notification(TestMessages.message(topic), TestMessages.only(true, "device"), "backend", null, null,
				"key", new byte[0]);
	}

	@Test
	void aNotificationTakesThePlaceOfAnotherAsAWholeOrNotAtAll() {
		Notification older = collapsing("filter/0");
		Notification newer = collapsing("filter/1");
		atAnyMoment((engine) -> {
			subscribe(engine);
			engine.client("device").connect(Opening.NEVER);
			engine.notify(older);
		}, (engine) -> engine.engine().notify(List.of(newer)), (store) -> {
			try (TestEngine engine = new TestEngine(store, this.clock, null)) {
				boolean taken = engine.engine().ledger().find(newer.message().id()).isPresent();
				assertThat(engine.fates(older)).containsExactly("device: " + (taken ? "SUPERSEDED" : "QUEUED"));
				TestClient device = engine.client("device");
				device.connect(Opening.NEVER);
				assertThat(device.acknowledgedTopics()).containsExactly(taken ? "filter/1" : "filter/0");
			}
		});
	}

	@Test
	void aNotificationIsWithdrawnOrComes() {
		Notification notification = TestMessages.notification("filter/0");
		atAnyMoment((engine) -> {
			subscribe(engine);
			lend(engine);
			engine.client("device").connect(Opening.NEVER);
			engine.notify(notification);
		}, (engine) -> engine.engine().withdraw(notification.message().id()), (store) -> {
			try (TestEngine engine = new TestEngine(store, this.clock, null)) {
				engine.settle();
				boolean withdrawn = engine.fates(notification).equals(List.of("device: RECALLED"));
				assertThat(engine.engine().ledger().find(notification.message().id()).orElseThrow().state())
					.isEqualTo(withdrawn ? State.WITHDRAWN : State.ROUTED);
				TestClient device = engine.client("device");
				device.connect(Opening.NEVER);
				assertThat(device.acknowledgedTopics()).isEqualTo(withdrawn ? List.of() : List.of("filter/0"));
			}
		});
	}

	/** More devices than are looked at in one change. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5 })
	void aNotificationIsWithdrawnFromAllOrFromNone(int commits) {
		CutStore store = new CutStore();
		Notification notification = TestMessages.notification("t");
		List<String> devices = IntStream.range(0, 2 * Portion.ROWS + 10).mapToObj((i) -> "device-" + i).toList();
		try (TestEngine engine = new TestEngine(store, this.clock, null)) {
			for (String device : devices) {
				TestClient client = engine.client(device);
				client.connect(Opening.NEVER);
				client.subscribe("t");
				client.leave();
			}
			engine.notify(notification);
			engine.settle();
			store.hold();
			engine.engine().withdraw(notification.message().id());
			store.awaitCommit();
			store.release(commits);
			engine.settle();
		}
		try (TestEngine engine = new TestEngine(store.kept(), this.clock, null)) {
			Fate fate = (commits > 0) ? Fate.RECALLED : Fate.QUEUED;
			await().until(() -> engine.counts(notification).equals(Map.of(fate, devices.size())));
			assertThat(engine.families()).doesNotContain("due");
			TestClient last = engine.client(devices.get(devices.size() - 1));
			last.connect(Opening.NEVER);
			assertThat(last.acknowledgedTopics()).hasSize((commits > 0) ? 0 : 1);
		}
	}

	@Test
	void whatIsHeldIsSoOrComes() {
		Notification notification = TestMessages.held("filter/0", "device");
		atAnyMoment((engine) -> engine.notify(notification), CrashTests::subscribe, (store) -> {
			try (TestEngine engine = new TestEngine(store, this.clock, null)) {
				TestClient device = engine.client("device");
				device.connect(Opening.NEVER);
				device.subscribe("filter/0");
				assertThat(device.acknowledgedTopics()).containsExactly("filter/0");
				assertThat(engine.fates(notification)).containsExactly("device: ACKED");
			}
		});
	}

	@Test
	void whatExpiresMeanwhileDoesSoAfterwards() {
		for (int commits = 0; commits <= MOST_COMMITS; commits++) {
			CutStore store = new CutStore();
			Notification notification = TestMessages.notification(
					TestMessages.expiring("t", this.clock.instant().plusSeconds(1)), TestMessages.only(true, "device"));
			try (TestEngine engine = new TestEngine(store, this.clock, null)) {
				engine.notify(notification);
				store.hold();
				this.clock.move(Duration.ofSeconds(2));
				store.awaitCommit();
				store.release(commits);
				engine.settle();
			}
			try (TestEngine engine = new TestEngine(store.kept(), this.clock, null)) {
				this.clock.move(Duration.ofSeconds(2));
				await().until(() -> engine.counts(notification).equals(Map.of(Fate.EXPIRED, 1)));
			}
		}
	}

	@Test
	void theTimeOfASessionDoesNotBeginAgainAtEachStart() {
		MemoryStore store = new MemoryStore();
		try (TestEngine engine = new TestEngine(store, this.clock, null)) {
			engine.client("device").connect(EXPIRY_SECONDS);
			engine.settle();
		}
		try (TestEngine engine = new TestEngine(store, this.clock, null)) {
			engine.pass(EXPIRY_SECONDS - 1);
			assertThat(engine.client("device").exists()).isTrue();
		}
		try (TestEngine engine = new TestEngine(store, this.clock, null)) {
			engine.pass(2);
			assertThat(engine.client("device").exists()).isFalse();
		}
	}

}
