package io.heliograph.broker.engine;

import java.util.List;
import java.util.Map;

import io.heliograph.broker.Broker.Withdrawn;
import io.heliograph.broker.Fate;
import io.heliograph.broker.Notification;
import io.heliograph.broker.engine.SessionSettings.QueueFull;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.testing.MovedClock;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the lists of clients have of what is for one of their groups. */
class GroupLedgerTests {

	private final TestEngine engine = new TestEngine();

	private final TestClient guest = this.engine.client("guest");

	@AfterEach
	void close() {
		this.engine.close();
	}

	private List<String> list() {
		this.engine.settle();
		return this.engine.engine()
			.ledger()
			.deliveries(this.guest.id(), null, 100)
			.items()
			.stream()
			.map(TestEngine::text)
			.toList();
	}

	@Test
	void areAllOfThoseOfOneMessage() {
		this.guest.connect(Opening.NEVER);
		this.guest.subscribe("$share/one/t");
		this.guest.subscribe("$share/other/t");
		this.engine.notify(TestMessages.notification("t"));
		assertThat(list()).containsExactlyInAnyOrder("$share/one/t guest: QUEUED", "$share/other/t guest: QUEUED");
		this.guest.acknowledgedTopics();
		assertThat(list()).containsExactlyInAnyOrder("$share/one/t guest: ACKED", "$share/other/t guest: ACKED");
	}

	@Test
	void isWhatAGuestHadWhenItWasWithdrawn() {
		TestClient kept = this.engine.client("kept");
		kept.connect(Opening.NEVER);
		kept.subscribe("$share/group/t");
		kept.leave();
		this.guest.startClean(0);
		this.guest.subscribe("$share/group/t");
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		this.engine.engine().withdraw(notification.message().id()).toCompletableFuture().join();
		assertThat(list()).containsExactly("$share/group/t guest: RECALLED");
	}

	/** It is sent to one of them already, and is not to come to another. */
	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void endsWithTheSessionThatHadItWhenItWasWithdrawn(boolean keptGuest) {
		TestClient kept = this.engine.client("kept");
		kept.connect(Opening.NEVER);
		kept.subscribe("$share/group/t");
		kept.leave();
		this.guest.startClean(keptGuest ? Opening.NEVER : 0);
		this.guest.subscribe("$share/group/t");
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		assertThat(this.guest.topics()).containsExactly("t");
		assertThat(this.engine.engine().withdraw(notification.message().id()).toCompletableFuture().join())
			.isEqualTo(new Withdrawn(true, 0, 1));
		this.guest.leave();
		this.guest.startClean(0);
		kept.connect(Opening.NEVER);
		assertThat(kept.acknowledgedTopics()).isEmpty();
		assertThat(this.engine.counts(notification)).containsOnly(Map.entry(Fate.RECALLED, 1));
		assertThat(this.engine.queuedFor("$share/group/t")).isZero();
	}

	/** The one that had it ended with the process. */
	@Test
	void endsWithTheProcessWhenItWasWithdrawn() {
		TestClient kept = this.engine.client("kept");
		kept.connect(Opening.NEVER);
		kept.subscribe("$share/group/t");
		kept.leave();
		this.guest.startClean(0);
		this.guest.subscribe("$share/group/t");
		Notification notification = TestMessages.notification("t");
		this.engine.notify(notification);
		assertThat(this.guest.topics()).containsExactly("t");
		this.engine.engine().withdraw(notification.message().id()).toCompletableFuture().join();
		try (TestEngine restarted = this.engine.restarted()) {
			TestClient again = restarted.client("kept");
			again.connect(Opening.NEVER);
			assertThat(again.acknowledgedTopics()).isEmpty();
			assertThat(restarted.counts(notification)).containsOnly(Map.entry(Fate.RECALLED, 1));
			assertThat(restarted.queuedFor("$share/group/t")).isZero();
		}
	}

	/** The same, and it gives its place to another before anybody is asked about it. */
	@Test
	void endsWhenItMakesRoomAsItWasWithdrawn() {
		try (TestEngine before = new TestEngine(new TestAccess(), new MovedClock(), new MemoryStore(),
				TestEngines.sessions(1, QueueFull.DROP_OLDEST), null, TestEngines.LEDGER)) {
			TestClient kept = before.client("kept");
			kept.connect(Opening.NEVER);
			kept.subscribe("$share/group/t");
			kept.leave();
			TestClient other = before.client("other");
			other.startClean(0);
			other.subscribe("$share/group/t");
			Notification withdrawn = TestMessages.notification("t");
			before.notify(withdrawn);
			assertThat(other.topics()).containsExactly("t");
			before.engine().withdraw(withdrawn.message().id()).toCompletableFuture().join();
			try (TestEngine restarted = before.restarted()) {
				restarted.notify(TestMessages.notification("t"));
				assertThat(restarted.counts(withdrawn)).containsOnly(Map.entry(Fate.RECALLED, 1));
				assertThat(restarted.drops()).isEmpty();
				assertThat(restarted.queuedFor("$share/group/t")).isOne();
			}
		}
	}

}
