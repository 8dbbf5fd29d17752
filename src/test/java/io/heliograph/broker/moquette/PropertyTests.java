package io.heliograph.broker.moquette;

import java.nio.charset.StandardCharsets;

import io.heliograph.testing.MovedClock;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What of the properties of MQTT 5 is taken. */
class PropertyTests {

	private static final int CONNACK = 2;

	private static final int PUBACK = 4;

	private static final int QUOTA_EXCEEDED = 0x97;

	private static final int USER_PROPERTIES = 1000;

	private final TestBroker broker = new TestBroker(new TestAccess(), new MovedClock(), 100);

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

	/** All of them, as they came; the expiry, since no time has passed. */
	@Test
	void isWhatTravelsWithAMessage() {
		PacketBody travelling = new PacketBody().bytes(0x01, 1)
			.bytes(0x02, 1, 2, 3, 4)
			.bytes(0x03)
			.text("text/plain")
			.bytes(0x08)
			.text("answer")
			.bytes(0x09)
			.text("question 7")
			.bytes(0x26)
			.text("name")
			.text("one")
			.bytes(0x26)
			.text("name")
			.text("two");
		try (RawClient device = RawClient.connected5(this.broker.port(), "device", true)) {
			device.send(RawClient.packet(0x82, new PacketBody().number(1).bytes(2, 0x0b, 9).text("t").bytes(0)));
			assertThat(device.receive().body()).endsWith(0);
			device.send(RawClient.publish5("t", "hello", 0, 0, travelling));
			PacketBody received = new PacketBody().raw(travelling.toByteArray()).bytes(0x0b, 9);
			assertThat(device.receive().body()).isEqualTo(new PacketBody().text("t")
				.sized(received)
				.raw("hello".getBytes(StandardCharsets.UTF_8))
				.toByteArray());
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

}
