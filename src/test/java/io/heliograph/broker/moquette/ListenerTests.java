package io.heliograph.broker.moquette;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import io.heliograph.broker.BrokerLife.Listener;
import io.heliograph.broker.engine.CurrentEngine;
import io.heliograph.broker.engine.TestEngines;
import io.heliograph.broker.moquette.ListenerSettings.Protocol;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.TestAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/** The addresses that a listener may have. */
class ListenerTests {

	/** Which sockets the system has of which family. */
	private static final Path SOCKETS = Path.of("/proc/self/net");

	private final TestAccess access = new TestAccess();

	private final CurrentEngine engine = TestEngines.current(this.access, Clock.systemUTC(), 100);

	@AfterEach
	void close() {
		this.engine.engine().close();
	}

	private MoquetteBroker broker(Protocol protocol, String address) {
		ListenerSettings listener = new ListenerSettings("it", protocol, address, 0, true, List.of());
		return new MoquetteBroker(this.engine, this.access,
				new BrokerSettings(List.of(listener), DataSize.ofMegabytes(1), Duration.ofSeconds(10), 1),
				Clock.systemUTC());
	}

	private static void assumeThatThereIsIpv6() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
			assertThat(socket.isBound()).isTrue();
		}
		catch (IOException ex) {
			Assumptions.abort("no IPv6 here: " + ex.getMessage());
		}
	}

	/** On all of its addresses, too. */
	@ParameterizedTest
	@CsvSource({ "127.0.0.1, tcp", "::1, tcp6" })
	void areOpenInTheirOwnFamilyAlone(String address, String table) throws IOException {
		Assumptions.assumeTrue(Files.exists(SOCKETS), "no table of sockets here");
		if (table.equals("tcp6")) {
			assumeThatThereIsIpv6();
		}
		MoquetteBroker broker = broker(Protocol.MQTT, address);
		broker.start();
		try {
			// that listens: connections that have ended had ports, too
			Pattern port = Pattern
				.compile(String.format(":%04X 0+:0000 0A", broker.listeners().get(0).address().getPort()));
			for (String each : new String[] { "tcp", "tcp6" }) {
				assertThat(port.matcher(Files.readString(SOCKETS.resolve(each))).find()).as(each)
					.isEqualTo(each.equals(table));
			}
		}
		finally {
			broker.stop();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "::1", "[::1]", "0:0:0:0:0:0:0:1" })
	void areThoseOfIpv6(String address) {
		assumeThatThereIsIpv6();
		MoquetteBroker broker = broker(Protocol.MQTT, address);
		broker.start();
		Listener listener = broker.listeners().get(0);
		assertThat(listener.authority()).isEqualTo("[0:0:0:0:0:0:0:1]:" + listener.address().getPort());
		try (RawClient client = new RawClient(listener.address())) {
			client.send(RawClient.connect(4, "device", true)).accepted().ping();
		}
		finally {
			broker.stop();
		}
	}

	/** A browser puts the address of the page that it loaded from there into brackets. */
	@ParameterizedTest
	@CsvSource({ "http://[::1]:%d, 101", "http://[::2]:%d, 403", "http://[::1], 403" })
	void areThoseOfIpv6ForPagesToo(String origin, int status) throws IOException {
		assumeThatThereIsIpv6();
		MoquetteBroker broker = broker(Protocol.WEBSOCKETS, "::1");
		broker.start();
		InetSocketAddress address = broker.listeners().get(0).address();
		try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
			String upgrade = """
					GET /mqtt HTTP/1.1\r
					Host: [::1]:%d\r
					Origin: %s\r
					Upgrade: websocket\r
					Connection: Upgrade\r
					Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
					Sec-WebSocket-Version: 13\r
					Sec-WebSocket-Protocol: mqtt\r
					\r
					""".formatted(address.getPort(), origin.formatted(address.getPort()));
			socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
			BufferedReader answer = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
			assertThat(answer.readLine()).startsWith("HTTP/1.1 " + status + " ");
		}
		finally {
			broker.stop();
		}
	}

	@ParameterizedTest
	@CsvSource({ "[::1, [::1:0 (there is no such address)", "::1::, ::1:::0 (there is no such address)",
			"2001:db8::1, [2001:db8::1]:0 (", "[2001:db8::1], [2001:db8::1]:0 (", "192.0.2.1, 192.0.2.1:0 (" })
	void areNoneThatThereIsNot(String address, String inTheMessage) {
		MoquetteBroker broker = broker(Protocol.MQTT, address);
		assertThatExceptionOfType(ListenerNotBound.class).isThrownBy(broker::start)
			.withMessageContaining("The MQTT listener 'it' cannot listen on " + inTheMessage);
		assertThat(broker.listeners()).isEmpty();
	}

}
