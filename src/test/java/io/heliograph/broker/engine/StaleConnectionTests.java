package io.heliograph.broker.engine;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.heliograph.account.Login;
import io.heliograph.account.MqttClient;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.testing.TestAccess;
import io.heliograph.testing.WholeQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What a connection may still do to a session that is not its own any more. */
class StaleConnectionTests {

	private static final MqttClient CLIENT = new MqttClient(new Login(7, "user", 1), new ClientId("device"),
			InetAddress.getLoopbackAddress());

	private static final ShareableFilter FILTER = ShareableFilter.parse("t");

	private static final SubscriptionOptions OPTIONS = new SubscriptionOptions(Qos.AT_LEAST_ONCE, false, false, 0, 0);

	private final TestAccess access = new TestAccess();

	private final Engine engine = TestEngines.open(this.access, Clock.systemUTC(), 100);

	@AfterEach
	void close() {
		this.engine.close();
	}

	@Test
	void cannotSubscribeASessionThatHasEnded() {
		Link link = new TestLink();
		Session session = open(link);
		assertThat(revoke(7, true)).as("connections that were ended").isEqualTo(1);
		assertThat(this.engine.subscribe(session, link, FILTER, OPTIONS)).isEqualTo(0x80);
		assertThat(copies()).isZero();
	}

	@Test
	void cannotChangeTheSubscriptionsOfASessionThatWasTakenOver() {
		Link before = new TestLink();
		Session session = open(before);
		Link after = new TestLink();
		assertThat(open(after)).isSameAs(session);
		assertThat(this.engine.subscribe(session, before, FILTER, OPTIONS)).isEqualTo(0x80);
		assertThat(copies()).isZero();
		this.engine.subscribe(session, after, FILTER, OPTIONS);
		assertThat(this.engine.unsubscribe(session, before, FILTER)).isFalse();
		assertThat(copies()).isEqualTo(1);
	}

	@Test
	void cannotCloseASessionThatWasTakenOver() {
		Link before = new TestLink();
		Session session = open(before);
		open(new TestLink());
		this.engine.connectionEnded(session, before, true, 0L);
		assertThat(this.engine.sessions().find(CLIENT.id()).orElseThrow().connected()).isTrue();
	}

	@Test
	void takesNothingOfASessionWhoseUserWasRevoked() {
		Link link = new TestLink();
		Session session = open(link);
		this.engine.subscribe(session, link, FILTER, OPTIONS);
		assertThat(copies()).isEqualTo(1);
		RecordingWriter writer = new RecordingWriter();
		assertThat(revoke(8, false)).as("connections that were ended").isZero();
		assertThat(revoke(7, false)).as("connections that were ended").isEqualTo(1);
		assertThat(revoke(7, false)).as("connections that were ended").isZero();
		session.pump(link, writer, Instant.now());
		assertThat(writer.copies()).isEmpty();
		assertThat(session.isOf(link)).isFalse();
		assertThat(session.receive(link, 5)).isFalse();
		assertThat(WholeQueue.of(this.engine.sessions(), CLIENT.id())).hasSize(1);
		assertThat(this.engine.sessions().find(CLIENT.id()).orElseThrow().connected()).isFalse();
	}

	@Test
	void cannotTakeThePacketIdsOfASessionThatWasTakenOver() {
		Link before = new TestLink();
		Session session = open(before);
		Link after = new TestLink();
		open(after);
		assertThat(session.receive(after, 5)).isTrue();
		assertThat(released(session, before)).isFalse();
		assertThat(released(session, after)).isTrue();
		assertThat(session.receive(before, 5)).isFalse();
		assertThat(session.receive(after, 5)).as("the next message with this packet id").isTrue();
	}

	private int revoke(long userId, boolean deleted) {
		this.access.revoke(userId, deleted);
		return this.engine.revoke();
	}

	private Session open(Link link) {
		return this.engine.open(new Opening(CLIENT, false, false, Opening.NEVER, 20, null), link).session();
	}

	private int copies() {
		Outcome outcome = this.engine.publish(List.of(TestMessages.message("t"))).toCompletableFuture().join().get(0);
		return ((Outcome.Routed) outcome).copies();
	}

	private boolean released(Session session, Link from) {
		CompletableFuture<Boolean> known = new CompletableFuture<>();
		session.release(from, 5, known::complete);
		return known.join();
	}

}
