package io.heliograph.broker.moquette;

import java.util.List;
import java.util.function.IntFunction;

import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Filters and topics that end a thread of Moquette, and with it the service for all
 * clients whose ids share it.
 */
class FilterAttackTests extends AttackTests {

	private static final String DEEP = "a/".repeat(1999) + "a";

	private static final int TOPIC_FILTER_INVALID = 0x8f;

	private static final int TOPIC_NAME_INVALID = 0x90;

	private static RawClient attacker(int port) {
		return RawClient.connected(port, "attacker", true);
	}

	private static RawClient attacker5(int port) {
		return RawClient.connected5(port, "attacker", true);
	}

	@Test
	void survivesASharedFilterWithoutATopic() {
		IntFunction<RawClient> attack = (port) -> attacker5(port).send(RawClient.subscribe5(7, "$share/x", 1));
		assertThat(stopsStockMoquette(attack)).isTrue();
		survives(attack, TOPIC_FILTER_INVALID);
	}

	@Test
	void survivesUnsubscribingASharedFilterWithoutATopic() {
		IntFunction<RawClient> attack = (port) -> attacker(port).send(RawClient.unsubscribe(7, "$share/x"));
		assertThat(stopsStockMoquette(attack)).isTrue();
		survivesAndCloses(attack);
		survives(
				(port) -> attacker5(port)
					.send(RawClient.packet(0xa2, new PacketBody().number(7).bytes(0).text("$share/x"))),
				TOPIC_FILTER_INVALID);
	}

	@Test
	void survivesASharedFilterWithAMisplacedWildcard() {
		IntFunction<RawClient> attack = (port) -> attacker5(port).send(RawClient.subscribe5(7, "$share/g/a#b", 1));
		assertThat(stopsStockMoquette(attack)).isTrue();
		survives(attack, TOPIC_FILTER_INVALID);
	}

	@Test
	void survivesATopicOfTwoThousandLevels() {
		IntFunction<RawClient> attack = (port) -> attacker(port).send(RawClient.subscribe(7, DEEP, 1),
				RawClient.publish(DEEP, "deep", 1, 8));
		assertThat(stopsStockMoquette(attack)).isTrue();
		survivesAndCloses(attack);
		survivesAndCloses((port) -> attacker(port).send(RawClient.publish(DEEP, "deep", 1, 8)));
		survives((port) -> attacker5(port).send(RawClient.subscribe5(7, DEEP, 1)), TOPIC_FILTER_INVALID);
		survives((port) -> attacker5(port).send(RawClient.publish5(DEEP, "deep", 1, 8, new PacketBody())),
				TOPIC_NAME_INVALID);
		survivesAndCloses((port) -> new RawClient(port).send(connectWithWill(4, DEEP)));
	}

	/** The encoder refuses such a topic on the connection of each subscriber. */
	@Test
	void survivesAWillWithAWildcardAsItsTopic() {
		try (StockBroker stock = new StockBroker();
				RawClient subscriber = stock
					.tolerating((port) -> RawClient.connected(port, "subscriber", true).subscribed("#", 1))) {
			RawClient attacker = new RawClient(stock.port()).send(connectWithWill(4, "#"));
			assertThat(attacker.receive().body()[1]).isZero();
			attacker.ping();
			attacker.close();
			assertThat(subscriber.receiveOrClosed()).isNull();
		}
		RawClient subscriber = RawClient.connected(this.broker.port(), "subscriber", true).subscribed("#", 0);
		for (String topic : List.of("#", "+/x", "a/#", "")) {
			survivesAndCloses((port) -> new RawClient(port).send(connectWithWill(4, topic)));
			this.healthy.during(() -> {
				RawClient attacker = new RawClient(this.broker.port()).send(connectWithWill(5, topic));
				assertThat(attacker.receive().body()[1] & 0xff).isEqualTo(TOPIC_NAME_INVALID);
				assertThat(attacker.receiveOrClosed()).isNull();
			});
		}
		subscriber.send(RawClient.publish("end", "", 0, 0));
		Packet packet = subscriber.receive();
		while (packet.topic().equals("healthy")) {
			packet = subscriber.receive();
		}
		assertThat(packet.topic()).isEqualTo("end");
		subscriber.close();
	}

	private static byte[] connectWithWill(int version, String topic) {
		PacketBody body = new PacketBody().text("MQTT").bytes(version, 0x06).number(0);
		PacketBody will = (version == 5) ? body.bytes(0).text("attacker").bytes(0) : body.text("attacker");
		return RawClient.packet(0x10, will.text(topic).text("the will"));
	}

}
