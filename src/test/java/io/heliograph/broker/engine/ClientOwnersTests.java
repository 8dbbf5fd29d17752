package io.heliograph.broker.engine;

import java.net.InetAddress;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import io.heliograph.account.Login;
import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.broker.KnownClient;
import io.heliograph.broker.engine.ClientIdSettings.ClientIdOwnership;
import io.heliograph.broker.store.MemoryStore;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.testing.TestAccess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Whose a client id is. */
class ClientOwnersTests {

	private static final long ALICE = 1;

	private static final long BOB = 2;

	private static final ClientId ID = new ClientId("device");

	private final TestAccess access = new TestAccess();

	private @Nullable Engine engine;

	@AfterEach
	void close() {
		engine().close();
	}

	private void start(ClientIdOwnership ownership, int most) {
		this.engine = TestEngines.open(new MemoryStore(), this.access, Clock.systemUTC(), 100,
				TestEngines.clientIds(ownership, most));
	}

	private Engine engine() {
		return Objects.requireNonNull(this.engine);
	}

	private static MqttClient client(@Nullable Long user, String id) {
		return new MqttClient((user != null) ? new Login(user, "user-" + user, 1) : null, new ClientId(id),
				InetAddress.getLoopbackAddress());
	}

	private @Nullable Reason refusal(@Nullable Long user, String id) {
		return engine().locks().call(id, () -> engine().refusal(client(user, id), id.startsWith("auto-")));
	}

	private TestLink connect(@Nullable Long user, String id, boolean assigned) {
		TestLink link = new TestLink();
		engine().locks()
			.call(id,
					() -> engine().open(new Opening(client(user, id), assigned, false, Opening.NEVER, 20, null), link));
		return link;
	}

	private void leave(TestLink link, String id, long expirySeconds) {
		Session session = engine().sessions().get(new ClientId(id));
		engine().connectionEnded(Objects.requireNonNull(session), link, false, expirySeconds);
	}

	@Test
	void isTheFirstUsersWithASessionOrWithout() {
		start(ClientIdOwnership.FIRST_USER, 10);
		assertThat(refusal(ALICE, "device")).isNull();
		TestLink link = connect(ALICE, "device", false);
		assertThat(refusal(BOB, "device")).isEqualTo(Reason.OTHER_OWNER);
		assertThat(refusal(null, "device")).isEqualTo(Reason.OTHER_OWNER);
		assertThat(refusal(ALICE, "device")).isNull();
		leave(link, "device", 0);
		assertThat(engine().sessions().find(ID)).isEmpty();
		assertThat(refusal(BOB, "device")).isEqualTo(Reason.OTHER_OWNER);
		assertThat(refusal(ALICE, "device")).isNull();
	}

	@Test
	void isTheAnonymousIfTheyWereFirst() {
		start(ClientIdOwnership.FIRST_USER, 10);
		leave(connect(null, "device", false), "device", 0);
		assertThat(refusal(ALICE, "device")).isEqualTo(Reason.OTHER_OWNER);
		assertThat(refusal(null, "device")).isNull();
	}

	@Test
	void isNobodysIfTheServerChoseIt() {
		start(ClientIdOwnership.FIRST_USER, 1);
		TestLink link = connect(ALICE, "auto-1", true);
		assertThat(engine().clientIds().known(new ClientId("auto-1"))).isEmpty();
		assertThat(refusal(BOB, "auto-1")).as("while it has a session").isEqualTo(Reason.OTHER_OWNER);
		leave(link, "auto-1", 0);
		assertThat(refusal(BOB, "auto-1")).isNull();
		assertThat(refusal(ALICE, "device")).as("its place is free").isNull();
	}

	@Test
	void isAnybodysIfSoSet() {
		start(ClientIdOwnership.ANY, 10);
		connect(ALICE, "device", false);
		Session session = engine().sessions().get(ID);
		assertThat(refusal(BOB, "device")).isNull();
		connect(BOB, "device", false);
		assertThat(engine().sessions().get(ID)).isSameAs(session);
		assertThat(this.access.takeOvers()).containsExactly("user-1 by user-2");
	}

	@Test
	void isGivenToAnother() {
		start(ClientIdOwnership.FIRST_USER, 10);
		TestLink link = connect(ALICE, "device", false);
		Session session = engine().sessions().get(ID);
		engine().clientIds().assign(ID, ALICE);
		assertThat(link.closed()).isNull();
		engine().clientIds().assign(ID, BOB);
		assertThat(link.closed()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
		assertThat(refusal(ALICE, "device")).isEqualTo(Reason.OTHER_OWNER);
		assertThat(refusal(BOB, "device")).isNull();
		connect(BOB, "device", false);
		assertThat(engine().sessions().get(ID)).as("with what waits in it").isSameAs(session);
		engine().clientIds().assign(new ClientId("never-seen"), BOB);
		assertThat(refusal(ALICE, "never-seen")).isEqualTo(Reason.OTHER_OWNER);
		assertThat(engine().clientIds().known(new ClientId("never-seen")).orElseThrow().firstSeen()).isNull();
	}

	@Test
	void isForgottenWithItsSession() {
		start(ClientIdOwnership.FIRST_USER, 10);
		TestLink link = connect(ALICE, "device", false);
		assertThat(engine().clientIds().forget(ID)).isTrue();
		assertThat(link.closed()).isEqualTo(ReasonCode.ADMINISTRATIVE_ACTION);
		assertThat(engine().sessions().find(ID)).isEmpty();
		leave(connect(BOB, "device", false), "device", Opening.NEVER);
		assertThat(engine().clientIds().forget(ID)).isTrue();
		assertThat(engine().sessions().find(ID)).isEmpty();
		assertThat(engine().clientIds().forget(ID)).isFalse();
	}

	@Test
	void isNotThatOfWhoWasDeletedWhileItWasLetIn() {
		start(ClientIdOwnership.ANY, 10);
		connect(ALICE, "of-alice", false);
		this.access.revoke(BOB, true);
		connect(BOB, "of-bob", false);
		assertThat(engine().clientIds().known(new ClientId("of-bob"))).isEmpty();
		connect(BOB, "of-alice", false);
		assertThat(engine().clientIds().known(new ClientId("of-alice")).orElseThrow().ownerId())
			.as("whose it was before")
			.isEqualTo(ALICE);
	}

	@ParameterizedTest
	@CsvSource({ "x, 256, false", "x, 257, true", "ü, 128, false", "ü, 129, true" })
	void isNotTooLong(String character, int count, boolean tooLong) {
		start(ClientIdOwnership.FIRST_USER, 2);
		assertThat(refusal(ALICE, character.repeat(count)) == Reason.CLIENT_ID_TOO_LONG).isEqualTo(tooLong);
	}

	@Test
	void isOneOfSoMany() {
		start(ClientIdOwnership.FIRST_USER, 2);
		connect(ALICE, "a", false);
		connect(ALICE, "b", false);
		assertThat(refusal(ALICE, "c")).isEqualTo(Reason.TOO_MANY_CLIENT_IDS);
		assertThat(refusal(ALICE, "a")).isNull();
		assertThat(refusal(BOB, "c")).isNull();
		assertThat(refusal(null, "c")).isNull();
		engine().clientIds().forget(new ClientId("a"));
		assertThat(refusal(ALICE, "c")).isNull();
		connect(ALICE, "c", false);
		engine().clientIds().assign(new ClientId("b"), BOB);
		assertThat(refusal(ALICE, "d")).isNull();
		engine().clientIds().forgetOf(ALICE);
		assertThat(engine().clientIds().known(new ClientId("c"))).isEmpty();
		assertThat(engine().clientIds().after("", 10)).extracting(KnownClient::id).containsExactly(new ClientId("b"));
	}

	@Test
	void isListedWithWhenItWasSeen() {
		start(ClientIdOwnership.FIRST_USER, 10);
		TestLink link = connect(ALICE, "b", false);
		connect(BOB, "a", false);
		connect(null, "c", false);
		assertThat(engine().clientIds().after("", 2)).extracting((known) -> known.id().value())
			.containsExactly("a", "b");
		assertThat(engine().clientIds().after("b", 2)).extracting((known) -> known.id().value()).containsExactly("c");
		KnownClient first = engine().clientIds().known(new ClientId("b")).orElseThrow();
		assertThat(first.ownerId()).isEqualTo(ALICE);
		leave(link, "b", Opening.NEVER);
		connect(ALICE, "b", false);
		KnownClient again = engine().clientIds().known(new ClientId("b")).orElseThrow();
		assertThat(again.firstSeen()).isEqualTo(first.firstSeen()).isNotNull();
		assertThat(again.lastSeen()).isAfterOrEqualTo(first.lastSeen());
	}

	/** The process may end between the end of a user and that of its client ids. */
	@Test
	void isNobodysAfterAStartIfItsUserIsGone() {
		MemoryStore store = new MemoryStore();
		this.engine = open(store);
		connect(ALICE, "a", false);
		connect(BOB, "b", false);
		connect(null, "c", false);
		engine().durable().toCompletableFuture().join();
		engine().close();
		this.access.revoke(ALICE, true);
		this.engine = open(store);
		assertThat(refusal(BOB, "a")).isNull();
		assertThat(refusal(ALICE, "b")).isEqualTo(Reason.OTHER_OWNER);
		assertThat(refusal(ALICE, "c")).isEqualTo(Reason.OTHER_OWNER);
	}

	private Engine open(MemoryStore store) {
		return TestEngines.open(store, this.access, Clock.systemUTC(), 100,
				TestEngines.clientIds(ClientIdOwnership.FIRST_USER, 10));
	}

	/** Who disconnects at this moment would bring it back. */
	@Test
	void isForgottenWhenNobodyElseSeesToIt() {
		start(ClientIdOwnership.FIRST_USER, 10);
		connect(ALICE, "a", false);
		ReentrantLock lock = (ReentrantLock) engine().locks().of("a");
		lock.lock();
		CompletableFuture<Void> forgotten = CompletableFuture.runAsync(() -> engine().clientIds().forgetOf(ALICE));
		try {
			await().until(() -> forgotten.isDone() || lock.hasQueuedThreads());
			assertThat(engine().clientIds().known(new ClientId("a"))).isPresent();
		}
		finally {
			lock.unlock();
		}
		forgotten.join();
		assertThat(engine().clientIds().known(new ClientId("a"))).isEmpty();
	}

}
