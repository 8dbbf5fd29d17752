package io.heliograph.broker.moquette;

import java.util.Properties;
import java.util.function.IntFunction;

import io.heliograph.account.Action;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Packets whose handling fails, for whatever reason. Moquette loses the thread that it
 * happens on; here it costs the connection that the packet came on.
 */
class FailingCommandTests extends AttackTests {

	private static final int PUBLISH = 3;

	private static final int UNSPECIFIED = 0x80;

	private static final byte[] DISCONNECT = { (byte) 0xe0, 0 };

	@Test
	void survivesRulesThatFailAtAPublish() {
		IntFunction<RawClient> attack = (port) -> {
			RawClient attacker = RawClient.connected5(port, "attacker", true);
			attacker.ping();
			return attacker.send(RawClient.publish5("bomb", "", 1, 7, new PacketBody()));
		};
		try (StockBroker stock = new StockBroker(new Properties(), new FailingRights())) {
			assertThat(stock.stoppedBy(attack, "attacker")).isTrue();
		}
		this.access.failAt(Action.WRITE, "bomb");
		survives(attack, UNSPECIFIED);
	}

	@Test
	void takesAMessageAgainWhoseRightCouldNotBeDecided() {
		byte[] message = RawClient.publish("bomb", "x", 2, 7);
		this.access.failAt(Action.WRITE, "bomb");
		try (RawClient publisher = RawClient.connected(this.broker.port(), "publisher", false)) {
			assertThat(publisher.send(message).receiveOrClosed()).isNull();
		}
		this.access.failNowhere();
		try (RawClient reader = RawClient.connected(this.broker.port(), "reader", true).subscribed("bomb", 0);
				RawClient publisher = RawClient.connected(this.broker.port(), "publisher", false)) {
			message[0] |= 0x08;
			assertThat(publisher.send(message).receive().type()).isEqualTo(5);
			assertThat(reader.receive().payload()).isEqualTo("x");
		}
	}

	@Test
	void survivesRulesThatFailAtADelivery() {
		this.access.failAt(Action.READ, "bomb");
		RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true);
		this.healthy.during(() -> {
			for (int i = 0; i < 100; i++) {
				RawClient victim = RawClient.connected5(this.broker.port(), "victim", true);
				victim.send(RawClient.subscribe5(1, "bomb", 1));
				assertThat(victim.receive().type()).isEqualTo(9);
				publisher.send(RawClient.publish("bomb", "", 1, 7));
				assertThat(publisher.receive().type()).isEqualTo(4);
				assertThat(victim.closeReason()).isEqualTo(UNSPECIFIED);
			}
		});
		publisher.close();
	}

	@Test
	void keepsWhatCouldNotBeDelivered() {
		try (RawClient publisher = RawClient.connected(this.broker.port(), "publisher", true)) {
			RawClient victim = RawClient.connected(this.broker.port(), "victim", false).subscribed("bomb", 2);
			this.access.failAt(Action.READ, "bomb");
			for (int qos = 1; qos <= 2; qos++) {
				publisher.send(RawClient.publish("bomb", "qos " + qos, qos, qos));
				assertThat(publisher.receive().number(0)).isEqualTo(qos);
			}
			assertThat(victim.receiveOrClosed()).isNull();
			this.access.failNowhere();
		}
		try (RawClient victim = RawClient.connected(this.broker.port(), "victim", false)) {
			assertThat(victim.receive().payload()).isEqualTo("qos 1");
			assertThat(victim.receive().payload()).isEqualTo("qos 2");
		}
	}

	@Test
	void survivesRulesThatFailAtAWill() {
		this.access.failAt(Action.WRITE, "bomb");
		this.healthy.during(() -> {
			connectedWithWill("bomb", 0).close();
			connectedWithWill("bomb", 1).close();
			connectedWithWill("bomb", 0);
			connectedWithWill("bomb", 0).send(DISCONNECT);
			await().until(() -> this.broker.engine()
				.sessions()
				.all()
				.stream()
				.noneMatch((session) -> isAttacker(session.client().value())));
		});
		RawClient heir = RawClient.connected(this.broker.port(), "heir", true).subscribed("wills", 0);
		connectedWithWill("wills", 1).close();
		assertThat(heir.receive().payload()).isEqualTo("the will");
		heir.close();
	}

	private static boolean isAttacker(String clientId) {
		return clientId.equals("attacker");
	}

	/** The session stays for two seconds, so that a will may be sent meanwhile. */
	private RawClient connectedWithWill(String topic, int delaySeconds) {
		RawClient client = new RawClient(this.broker.port());
		client.send(RawClient.packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(5, 0x06)
					.number(0)
					.sized(new PacketBody().bytes(0x11, 0, 0, 0, 2))
					.text("attacker")
					.sized(new PacketBody().bytes(0x18, 0, 0, 0, delaySeconds))
					.text(topic)
					.text("the will")));
		assertThat(client.receive().body()[1]).isZero();
		return client;
	}

	@Test
	void survivesAnAcknowledgementAfterTheGoodBye() {
		IntFunction<RawClient> attack = (port) -> {
			RawClient attacker = RawClient.connected(port, "attacker", true);
			attacker.ping();
			attacker.subscribed("t", 1);
			try (RawClient publisher = RawClient.connected(port, "publisher", true)) {
				publisher.ping();
				publisher.send(RawClient.publish("t", "", 1, 7));
				assertThat(publisher.receive().type()).isEqualTo(4);
			}
			Packet packet = attacker.receive();
			assertThat(packet.type()).isEqualTo(PUBLISH);
			return attacker.send(DISCONNECT, RawClient.ack(0x40, packet.packetId()));
		};
		assertThat(stopsStockMoquette(attack)).isTrue();
		survivesAndCloses(attack);
	}

	/** Rights of Moquette that fail at one topic. */
	private static final class FailingRights implements IAuthorizatorPolicy {

		@Override
		public boolean canWrite(Topic topic, String user, String client) {
			if (topic.toString().equals("bomb")) {
				throw new StackOverflowError("a defect in the rules");
			}
			return true;
		}

		@Override
		public boolean canRead(Topic topic, String user, String client) {
			return true;
		}

	}

}
