package io.heliograph.broker.moquette;

import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.heliograph.account.Admission;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What a client is told that asks for what it may not, or cannot have. */
class RefusalTests {

	private static final int CONNACK = 2;

	private static final int PROTOCOL_ERROR = 0x82;

	private final TestAccess access = new TestAccess();

	@AutoClose
	private final TestBroker broker = new TestBroker(this.access);

	private static byte[] connect5(PacketBody properties) {
		return RawClient.packet(0x10,
				new PacketBody().text("MQTT").bytes(5, 2).number(0).sized(properties).text("device"));
	}

	private void isRefused(PacketBody properties, int reason) {
		isRefused(connect5(properties), reason);
	}

	private void isRefused(byte[] connect, int reason) {
		try (RawClient client = new RawClient(this.broker.port()).send(connect)) {
			Packet answer = client.receive();
			assertThat(answer.type()).isEqualTo(CONNACK);
			assertThat(answer.body()[1] & 0xff).isEqualTo(reason);
			assertThat(client.receiveOrClosed()).isNull();
		}
		assertThat(this.broker.engine().sessions().all()).isEmpty();
	}

	@Test
	void isAProtocolErrorForAReceiveMaximumOf0() {
		isRefused(new PacketBody().bytes(0x21).number(0), PROTOCOL_ERROR);
	}

	@Test
	void isAProtocolErrorForAMaximumPacketSizeOf0() {
		isRefused(new PacketBody().bytes(0x27, 0, 0, 0, 0), PROTOCOL_ERROR);
	}

	@Test
	void isBadAuthenticationMethodForEnhancedAuthentication() {
		isRefused(new PacketBody().bytes(0x15).text("SCRAM-SHA-256"), 0x8c);
		isRefused(new PacketBody().bytes(0x15).text("SCRAM-SHA-256").bytes(0x16).text("n,,n=user"), 0x8c);
	}

	/** A CONNECT with the flag of a password, and not that of a user name. */
	private static byte[] connectWithPasswordOnly(int version) {
		PacketBody body = new PacketBody().text((version == 3) ? "MQIsdp" : "MQTT").bytes(version, 0x42).number(0);
		if (version == 5) {
			body.bytes(0);
		}
		return RawClient.packet(0x10, body.text("device").text("secret"));
	}

	/** As Mosquitto. */
	@ParameterizedTest
	@ValueSource(ints = { 3, 4 })
	void isTheEndForAPasswordWithoutAUserName(int version) {
		try (RawClient client = new RawClient(this.broker.port()).send(connectWithPasswordOnly(version))) {
			assertThat(client.receiveOrClosed()).isNull();
		}
		assertThat(this.broker.engine().sessions().all()).isEmpty();
	}

	@Test
	void isNotForAPasswordWithoutAUserNameIn5() {
		try (RawClient client = new RawClient(this.broker.port()).send(connectWithPasswordOnly(5)).accepted()) {
			client.ping();
		}
	}

	static Stream<Arguments> admissions() {
		return Stream.of(Arguments.of(new Admission.Busy(), 3, 0x89),
				Arguments.of(new Admission.BadCredentials(), 5, 0x87),
				Arguments.of(new Admission.AnonymousRefused(), 5, 0x87));
	}

	@ParameterizedTest
	@MethodSource("admissions")
	void isWhatTheLoginIsAnsweredWith(Admission admission, int code, int code5) {
		this.access.admission(CompletableFuture.completedFuture(admission));
		isRefused(RawClient.connect(4, "device", true), code);
		isRefused(RawClient.connect(5, "device", true), code5);
	}

	/** What only a server sends, and the authentication that was not asked for. */
	@ParameterizedTest
	@ValueSource(strings = { "2003000000", "9003000100", "b003000100", "d000", "f000" })
	void isAProtocolErrorForAPacketThatNoClientSends(String hex) {
		try (RawClient client = new RawClient(this.broker.port()).send(connect5(new PacketBody())).accepted()) {
			client.ping();
			assertThat(client.send(HexFormat.of().parseHex(hex)).closeReason()).isEqualTo(PROTOCOL_ERROR);
		}
	}

	@Test
	void isMalformedForAnAcknowledgementOfPacketId0() {
		isMalformed(RawClient.ack(0x40, 0));
	}

	/**
	 * It has its session already: CONNACK would be the answer to the first CONNECT only.
	 */
	@Test
	void isMalformedForAnotherConnectOfAnUnknownVersion() {
		isMalformed(RawClient.connect(9, "device", true));
	}

	private void isMalformed(byte[] packet) {
		try (RawClient client = new RawClient(this.broker.port()).send(connect5(new PacketBody())).accepted()) {
			client.ping();
			assertThat(client.send(packet).closeReason()).as("malformed").isEqualTo(0x81);
		}
	}

	@Test
	void isKeepAliveTimeoutForSilence() {
		byte[] connect = RawClient.packet(0x10,
				new PacketBody().text("MQTT").bytes(5, 2).number(1).bytes(0).text("device"));
		try (RawClient client = new RawClient(this.broker.port()).send(connect).accepted()) {
			assertThat(client.closeReason()).isEqualTo(0x8d);
		}
	}

	private static byte[] disconnect(int expirySeconds) {
		return RawClient.packet(0xe0,
				new PacketBody().bytes(0).sized(new PacketBody().bytes(0x11, 0, 0, 0, expirySeconds)));
	}

	@Test
	void isAProtocolErrorForAGoodByeThatWouldKeepASessionThatIsNotKept() {
		try (RawClient client = new RawClient(this.broker.port()).send(connect5(new PacketBody())).accepted()) {
			client.ping();
			assertThat(client.send(disconnect(1)).closeReason()).isEqualTo(PROTOCOL_ERROR);
		}
		await().until(() -> this.broker.engine().sessions().all().isEmpty());
	}

	@Test
	void isNotForAGoodByeThatKeepsASessionLonger() {
		PacketBody kept = new PacketBody().bytes(0x11, 0, 0, 0, 1);
		try (RawClient client = new RawClient(this.broker.port()).send(connect5(kept)).accepted()) {
			client.ping();
			assertThat(client.send(disconnect(2)).receiveOrClosed()).isNull();
		}
		assertThat(this.broker.engine().sessions().find(new ClientId("device"))).isPresent();
	}

}
