package io.heliograph.broker.moquette;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.function.IntFunction;

import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Messages that do harm to those who receive them. */
class PublishAttackTests extends AttackTests {

	private static final int SUBACK = 9;

	private static final int MALFORMED_PACKET = 0x81;

	private static final int PROTOCOL_ERROR = 0x82;

	private static final int TOPIC_NAME_INVALID = 0x90;

	private static final int TOPIC_ALIAS_INVALID = 0x94;

	private static RawClient attacker(int port) {
		RawClient attacker = RawClient.connected5(port, "attacker", true);
		attacker.ping();
		return attacker;
	}

	private static RawClient subscriber(int port) {
		RawClient subscriber = RawClient.connected5(port, "subscriber", true);
		subscriber.ping();
		subscriber.send(RawClient.subscribe5(1, "#", 0));
		assertThat(subscriber.receive().type()).isEqualTo(SUBACK);
		return subscriber;
	}

	private static byte[] aliased(String topic, int alias) {
		return RawClient.publish5(topic, "hello", 0, 0, new PacketBody().bytes(0x23, 0, alias));
	}

	/** The next message that is not one of the healthy clients. */
	private static String topicOfNext(RawClient subscriber) {
		Packet packet = subscriber.receive();
		while (packet.topic().equals("healthy")) {
			packet = subscriber.receive();
		}
		return packet.topic();
	}

	/** What comes before a message of the subscriber's own. */
	private static List<String> topicsUntilEnd(RawClient subscriber) {
		subscriber.send(RawClient.publish5("end", "", 0, 0, new PacketBody()));
		List<String> topics = new ArrayList<>();
		for (String topic = topicOfNext(subscriber); !topic.equals("end"); topic = topicOfNext(subscriber)) {
			topics.add(topic);
		}
		return topics;
	}

	private void survives(byte[] publish, int reason) {
		survives((port) -> attacker(port).send(publish), reason);
	}

	@Test
	void keepsTopicAliasesForAsManyMessagesAsComeWithThem() {
		IntFunction<RawClient> attack = (port) -> attacker(port).send(aliased("alias/one", 1), aliased("", 1),
				aliased("", 1));
		Properties settings = new Properties();
		settings.setProperty("topic_alias_maximum", "10");
		try (StockBroker stock = new StockBroker(settings, null)) {
			List<String> topics = stock.tolerating((port) -> {
				RawClient subscriber = subscriber(port);
				assertThat(attack.apply(port).closedByServer()).isTrue();
				return topicsUntilEnd(subscriber);
			});
			// how many of the first two get through before the connection is dropped is
			// chance
			assertThat(topics).hasSizeLessThan(3);
		}
		this.healthy.during(() -> {
			RawClient subscriber = subscriber(this.broker.port());
			RawClient attacker = attack.apply(this.broker.port());
			attacker.send(aliased("alias/two", 1), aliased("", 1));
			for (String topic : List.of("alias/one", "alias/one", "alias/one", "alias/two", "alias/two")) {
				assertThat(topicOfNext(subscriber)).isEqualTo(topic);
			}
			attacker.ping();
		});
		survives(aliased("", 1), PROTOCOL_ERROR);
		survives(aliased("a", 0), TOPIC_ALIAS_INVALID);
		survives(aliased("a", 11), TOPIC_ALIAS_INVALID);
		survives(RawClient.publish5("", "", 0, 0, new PacketBody()), TOPIC_NAME_INVALID);
	}

	/**
	 * A subscriber that takes MQTT at its word would end its connection at each of these.
	 */
	@Test
	void refusesPropertiesThatNoSubscriberMayTake() {
		byte[] malformed = new byte[65_535];
		Arrays.fill(malformed, (byte) 0xff);
		RawClient subscriber = subscriber(this.broker.port());
		for (PacketBody properties : List.of(new PacketBody().bytes(0x03).text("a\0b"),
				new PacketBody().bytes(0x26).text("name\0").text("value"),
				new PacketBody().bytes(0x26).text("name").text("\0"),
				new PacketBody().bytes(0x03).number(65_535).raw(malformed),
				new PacketBody().bytes(0x26).text("name").number(65_535).raw(malformed))) {
			survives(poison(properties), MALFORMED_PACKET);
		}
		survives(poison(new PacketBody().bytes(0x08).text("answer/#")), PROTOCOL_ERROR);
		survives(poison(new PacketBody().bytes(0x08).text("")), PROTOCOL_ERROR);
		attacker(this.broker.port())
			.send(RawClient.publish5("end", "", 0, 0, new PacketBody().bytes(0x08).text("answer")));
		assertThat(topicOfNext(subscriber)).isEqualTo("end");
	}

	private static byte[] poison(PacketBody properties) {
		return RawClient.publish5("poison", "", 0, 0, properties);
	}

	@Test
	void refusesAWillWhoseTopicTheCodecTakesForTooLong() {
		RawClient attacker = new RawClient(this.broker.port());
		attacker.send(RawClient.packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(5, 0x06)
					.number(0)
					.bytes(0)
					.text("attacker")
					.bytes(0)
					.text("a".repeat(40_000))
					.text("the will")));
		assertThat(attacker.receive().body()[1] & 0xff).isEqualTo(TOPIC_NAME_INVALID);
		assertThat(attacker.receiveOrClosed()).isNull();
	}

}
