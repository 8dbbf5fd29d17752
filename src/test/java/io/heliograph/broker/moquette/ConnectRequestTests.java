package io.heliograph.broker.moquette;

import java.util.Arrays;

import io.heliograph.broker.SessionView;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.Packet;
import io.heliograph.testing.PacketBody;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a client gets by its CONNECT. */
class ConnectRequestTests {

	private static final int CONNACK = 2;

	private static final byte[] DISCONNECT = { (byte) 0xe0, 0 };

	@AutoClose
	private final TestBroker broker = new TestBroker(new TestAccess());

	private RawClient connected(byte[] connect) {
		return new RawClient(this.broker.port()).send(connect).accepted();
	}

	private SessionView onlySession() {
		assertThat(this.broker.engine().sessions().all()).hasSize(1);
		return this.broker.engine().sessions().all().get(0);
	}

	private void isRefused(int code, byte[] connect) {
		try (RawClient client = new RawClient(this.broker.port()).send(connect)) {
			Packet answer = client.receive();
			assertThat(answer.type()).isEqualTo(CONNACK);
			assertThat(answer.body()[1] & 0xff).isEqualTo(code);
			assertThat(client.receiveOrClosed()).isNull();
		}
		assertThat(this.broker.engine().sessions().all()).isEmpty();
	}

	@Test
	void isAnIdOfThatCleanSessionIfItHasNone() {
		try (RawClient first = connected(RawClient.connect(4, "", true));
				RawClient second = connected(RawClient.connect(4, "", true))) {
			first.ping();
			second.ping();
			assertThat(this.broker.engine().sessions().all()).hasSize(2);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void isAnIdThatItIsToldIn5(boolean clean) {
		try (RawClient client = new RawClient(this.broker.port()).send(RawClient.connect(5, "", clean))) {
			Packet answer = client.receive();
			String id = onlySession().client().value();
			assertThat(answer.body()).containsSequence(new PacketBody().bytes(0x12).text(id).toByteArray());
		}
	}

	@Test
	void isNoneOfAKeptSessionWithoutAnId() {
		isRefused(2, RawClient.connect(4, "", false));
	}

	@ParameterizedTest
	@CsvSource({ "4, 2", "5, 0x85" })
	void isNoIdThatMqttForbids(int version, int code) {
		isRefused(code, RawClient.connect(version, "a\u0001b", true));
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 5 })
	void isASessionThatEndsWithTheConnectionIfItIsClean(int version) {
		try (RawClient client = connected(RawClient.connect(version, "device", true))) {
			client.ping();
			assertThat(onlySession().kept()).isFalse();
			assertThat(client.send(DISCONNECT).receiveOrClosed()).isNull();
			assertThat(this.broker.engine().sessions().all()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 4, 5 })
	void isASessionThatIsKeptIfItIsNot(int version) {
		try (RawClient client = connected(RawClient.connect(version, "device", false))) {
			client.ping();
			assertThat(client.send(DISCONNECT).receiveOrClosed()).isNull();
			assertThat(onlySession().client()).isEqualTo(new ClientId("device"));
			assertThat(onlySession().kept()).isTrue();
		}
	}

	@Test
	void isNoUserIfItsNameIsEmpty() {
		byte[] connect = RawClient.packet(0x10,
				new PacketBody().text("MQTT").bytes(4, 0xc2).number(0).text("device").text("").text("secret"));
		try (RawClient client = connected(connect)) {
			client.ping();
			assertThat(onlySession().user()).isNull();
		}
	}

	/** In the middle of each of its fields: nothing comes of it, nor of what follows. */
	@ParameterizedTest
	@ValueSource(ints = { 4, 5 })
	void isNothingIfItIsCutShort(int version) {
		PacketBody body = new PacketBody().text("MQTT").bytes(version, 0xc6).number(0);
		PacketBody properties = new PacketBody().bytes(0x11, 0, 0, 0, 9);
		if (version == 5) {
			body.sized(properties);
		}
		body.text("device");
		if (version == 5) {
			body.sized(new PacketBody().bytes(0x18, 0, 0, 0, 9));
		}
		byte[] whole = body.text("wills").text("the will").text("user").text("user").toByteArray();
		connected(RawClient.packet(0x10, new PacketBody().raw(whole))).close();
		for (int length = 0; length < whole.length; length++) {
			byte[] cut = RawClient.packet(0x10, new PacketBody().raw(Arrays.copyOf(whole, length)));
			try (RawClient client = new RawClient(this.broker.port())) {
				Packet answer = client.send(cut, RawClient.connect(4, "second", true)).receiveOrClosed();
				assertThat(answer).as("%d bytes", length).isNull();
			}
		}
		assertThat(this.broker.engine().sessions().find(new ClientId("second"))).isEmpty();
	}

}
