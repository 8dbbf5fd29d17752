package io.heliograph.broker.moquette;

import java.util.List;

import io.heliograph.account.MqttClient;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.MessageProperties;
import io.heliograph.broker.engine.Link;
import io.heliograph.broker.engine.Opening;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.mqtt.Topic;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is taken of clients, and what they take. */
class LimitTests {

	private static final int CONNACK = 2;

	private static final int PUBACK = 4;

	private static final int QUOTA_EXCEEDED = 0x97;

	private static final int USER_PROPERTIES = 1000;

	private final TestBroker broker = new TestBroker(new TestAccess());

	@AfterEach
	void close() {
		this.broker.close();
	}

	private static PacketBody userProperties(int count) {
		PacketBody properties = new PacketBody();
		for (int i = 0; i < count; i++) {
			properties.bytes(0x26).text("").text("");
		}
		return properties;
	}

	private static byte[] connect(PacketBody properties, PacketBody willProperties) {
		return RawClient.packet(0x10,
				new PacketBody().text("MQTT")
					.bytes(5, 6)
					.number(0)
					.sized(properties)
					.text("device")
					.sized(willProperties)
					.text("t")
					.text("will"));
	}

	private boolean connects(byte[] connect) {
		try (RawClient device = new RawClient(this.broker.port())) {
			Packet answer = device.send(connect).receiveOrClosed();
			return answer != null && answer.type() == CONNACK && answer.body()[1] == 0;
		}
	}

	/** What is kept of one before its password is checked is many times what was sent. */
	@Test
	void isAThousandUserPropertiesOfConnectAndOfItsWill() {
		PacketBody none = new PacketBody();
		assertThat(connects(connect(userProperties(USER_PROPERTIES), userProperties(USER_PROPERTIES)))).isTrue();
		assertThat(connects(connect(userProperties(USER_PROPERTIES + 1), none))).isFalse();
		assertThat(connects(connect(none, userProperties(USER_PROPERTIES + 1)))).isFalse();
	}

	@Test
	void isAThousandUserPropertiesOfAMessage() {
		try (RawClient device = RawClient.connected5(this.broker.port(), "device", true)) {
			device.send(RawClient.publish5("t", "x", 1, 1, userProperties(USER_PROPERTIES)));
			assertThat(device.receive().type()).isEqualTo(PUBACK);
			device.send(RawClient.publish5("t", "x", 1, 1, userProperties(USER_PROPERTIES + 1)));
			assertThat(device.closeReason()).isEqualTo(QUOTA_EXCEEDED);
		}
	}

	/** A payload format that there is not, and an identifier that only a server sends. */
	@ParameterizedTest
	@ValueSource(ints = { 0x01, 0x0b })
	void isNoPropertyThatMqttForbids(int property) {
		try (RawClient device = RawClient.connected5(this.broker.port(), "device", true)) {
			device.send(RawClient.publish5("t", "x", 1, 1, new PacketBody().bytes(property, 2)));
			assertThat(device.closeReason()).as("protocol error").isEqualTo(0x82);
		}
	}

	@Test
	void isNoAnswerThatIsLargerThanTheClientTakes() {
		for (int first : new int[] { 0x82, 0xa2 }) {
			try (RawClient device = new RawClient(this.broker.port())) {
				device.send(connect(new PacketBody().bytes(0x27, 0, 0, 0, 20), new PacketBody()));
				assertThat(device.receive().type()).isEqualTo(CONNACK);
				device.send(filters(first, 15));
				assertThat(device.receive().body()).hasSize(2 + 1 + 15);
				device.send(filters(first, 16));
				assertThat(device.closeReason()).as("packet too large").isEqualTo(0x95);
			}
		}
	}

	private static byte[] filters(int first, int count) {
		PacketBody body = new PacketBody().number(1).bytes(0);
		for (int i = 0; i < count; i++) {
			body.text("t");
			if (first == 0x82) {
				body.bytes(2);
			}
		}
		return RawClient.packet(first, body);
	}

	/** It would take the message for delivered, which comes again. */
	@Test
	void isNoPubrelForADeviceWhoseSessionWasTakenOver() {
		try (RawClient device = RawClient.connected(this.broker.port(), "device", false).subscribed("t", 2)) {
			Message message = new Message(MessageId.next(0), new Topic("t"), new byte[1], Qos.EXACTLY_ONCE, false, null,
					MessageProperties.NONE, null);
			this.broker.engine().publish(List.of(message));
			assertThat(device.receive().packetId()).isEqualTo(1);
			MqttClient client = new MqttClient(null, null, new ClientId("device"));
			this.broker.engine().open(new Opening(client, false, Opening.NEVER, 20, null), new OtherConnection());
			device.send(RawClient.ack(0x50, 1));
			device.ping();
		}
	}

	private static final class OtherConnection implements Link {

		@Override
		public void wake() {
		}

		@Override
		public void close(ReasonCode reason) {
		}

	}

}
