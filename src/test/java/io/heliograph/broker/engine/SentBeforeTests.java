package io.heliograph.broker.engine;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import io.heliograph.broker.rows.ClientRow;
import io.heliograph.broker.rows.EndedRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.SentBefore;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.testing.MovedClock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

/** What is known after a start of what devices were sent before it. */
class SentBeforeTests {

	private static final int SENT = 3;

	/** As many as are handed to a connection ahead. */
	private static final int AHEAD = 100;

	private static final int WINDOW = 20;

	private final MovedClock clock = new MovedClock();

	private final MemoryStore store = new MemoryStore();

	private TestEngine start() {
		return start(this.store);
	}

	private TestEngine start(Store store) {
		return new TestEngine(store, this.clock, null);
	}

	private Instant soon() {
		return this.clock.instant().plusSeconds(5);
	}

	private void publish(TestEngine engine, int count) {
		for (int i = 0; i < count; i++) {
			engine.publish(TestMessages.expiring("t", Qos.EXACTLY_ONCE, soon()));
		}
	}

	private static TestClient subscriber(TestEngine engine, String filter) {
		TestClient subscriber = engine.client("subscriber");
		subscriber.receiveMaximum(SENT);
		subscriber.connect(Opening.NEVER);
		subscriber.subscribe(filter);
		return subscriber;
	}

	/** It is sent some, and leaves; some wait. */
	private void sendSome(TestEngine engine, String filter) {
		TestClient subscriber = subscriber(engine, filter);
		publish(engine, SENT + 4);
		assertThat(subscriber.receive()).hasSize(SENT);
		subscriber.leave();
		engine.settle();
	}

	@Test
	void isExactIfTheConnectionHadEnded() {
		try (TestEngine engine = start()) {
			sendSome(engine, "t");
		}
		try (TestEngine engine = start()) {
			engine.pass(10);
			assertThat(engine.client("subscriber").queued()).isEqualTo(SENT);
		}
		try (TestEngine engine = start()) {
			assertThat(engine.client("subscriber").queued()).as("after another start").isEqualTo(SENT);
		}
	}

	@Test
	void isWhatMayHaveBeenHandedOverIfTheConnectionHadNot() {
		try (TestEngine engine = start()) {
			TestClient subscriber = engine.client("subscriber");
			subscriber.connect(Opening.NEVER);
			subscriber.subscribe("t");
			publish(engine, AHEAD);
			assertThat(subscriber.receive()).hasSize(WINDOW);
			publish(engine, WINDOW);
		}
		try (TestEngine engine = start()) {
			engine.pass(10);
			assertThat(engine.client("subscriber").queued()).isEqualTo(AHEAD);
		}
	}

	/** The device has acknowledged what comes before it in the store. */
	@Test
	void isNotTooLittleWhereAcknowledgementsWereLostWithTheProcess() {
		CutStore cut = new CutStore();
		try (TestEngine engine = start(cut)) {
			TestClient subscriber = engine.client("subscriber");
			subscriber.connect(Opening.NEVER);
			subscriber.subscribe("t");
			for (int i = 0; i < WINDOW; i++) {
				engine.publish(TestMessages.expiring("t", soon()));
			}
			publish(engine, 1);
			List<Copy> copies = subscriber.receive();
			assertThat(copies).hasSize(WINDOW);
			engine.settle();
			cut.hold();
			copies.forEach((copy) -> subscriber.acknowledge(copy.packetId()));
			assertThat(subscriber.receiveNow()).extracting(Copy::qos).containsExactly(Qos.EXACTLY_ONCE);
			cut.awaitCommit();
			cut.release(0);
		}
		try (TestEngine engine = start(cut.kept())) {
			engine.pass(10);
			assertThat(engine.client("subscriber").queued()).isEqualTo(1);
		}
	}

	@Test
	void marksWithDupWhatWasSentOnly() {
		try (TestEngine engine = start()) {
			sendSome(engine, "t");
		}
		try (TestEngine engine = start()) {
			TestClient subscriber = engine.client("subscriber");
			subscriber.connect(Opening.NEVER);
			assertThat(subscriber.packets()).containsExactly("PUBLISH 1 t DUP", "PUBLISH 2 t DUP", "PUBLISH 3 t DUP",
					"PUBLISH 4 t", "PUBLISH 5 t", "PUBLISH 6 t", "PUBLISH 7 t");
		}
	}

	@Test
	void goesOnWithPacketIdsThoughAllIsAcknowledged() {
		try (TestEngine engine = start()) {
			TestClient subscriber = subscriber(engine, "t");
			publish(engine, SENT);
			subscriber.acknowledgedTopics();
			subscriber.leave();
			engine.settle();
		}
		try (TestEngine engine = start()) {
			TestClient subscriber = engine.client("subscriber");
			subscriber.connect(Opening.NEVER);
			publish(engine, 1);
			assertThat(subscriber.packets()).containsExactly("PUBLISH 4 t");
		}
	}

	@Test
	void endsWithPubrelIfItHasExpired() {
		try (TestEngine engine = start()) {
			sendSome(engine, "t");
		}
		try (TestEngine engine = start()) {
			engine.pass(10);
			TestClient subscriber = engine.client("subscriber");
			subscriber.connect(Opening.NEVER);
			assertThat(subscriber.packets()).containsExactly("PUBREL 1", "PUBREL 2", "PUBREL 3");
			for (int packetId = 1; packetId <= SENT; packetId++) {
				subscriber.completed(packetId);
			}
			assertThat(subscriber.queued()).isZero();
			assertThat(engine.families()).doesNotContain("queue", "released");
		}
	}

	@Test
	void isKnownOfTheConnectionThatWasTakenOver() {
		try (TestEngine engine = start()) {
			TestClient subscriber = subscriber(engine, "t");
			publish(engine, SENT + 4);
			subscriber.receive();
			subscriber.connect(Opening.NEVER);
			engine.settle();
		}
		SessionRow row = row();
		assertThat(row.disconnectedAt()).isNull();
		assertThat(row.ahead()).isEqualTo(AHEAD);
		assertThat(row.sentBefore()).isEqualTo(new SentBefore(0, SENT));
	}

	/** How the session is stored. */
	private SessionRow row() {
		byte[] key = ClientRow.key(new ClientId("subscriber"));
		return SessionRow.read(key, Objects.requireNonNull(this.store.get(Families.SESSION, key)));
	}

	@Test
	void isNotForAnotherOfTheGroupIfItsSessionHasEnded() {
		try (TestEngine engine = start()) {
			TestClient other = engine.client("another");
			other.connect(Opening.NEVER);
			other.subscribe("$share/group/t");
			other.leave();
			sendSome(engine, "$share/group/t");
		}
		SessionRow session = row();
		EndedRow ended = new EndedRow(session.number(), session.client().id(), session.sentBefore());
		Batch batch = new Batch(this.store.position() + 1);
		batch.delete(Families.SESSION, session.key());
		batch.put(Families.ENDED, ended.key(), ended.value());
		this.store.commit(batch);
		try (TestEngine engine = start()) {
			TestClient other = engine.client("another");
			other.connect(Opening.NEVER);
			await().untilAsserted(() -> assertThat(engine.families()).doesNotContain("ended"));
			assertThat(other.acknowledgedTopics()).hasSize(4);
			assertThat(engine.drops()).containsExactly(entry("session-ended", (long) SENT));
		}
	}

}
