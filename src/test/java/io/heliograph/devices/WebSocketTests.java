package io.heliograph.devices;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.hivemq.client.mqtt.MqttWebSocketConfig;
import io.heliograph.testing.Heliograph;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Who may open a WebSocket, and how. What goes over it, the other tests show. */
class WebSocketTests {

	private static final String MQTT = "Sec-WebSocket-Protocol: mqtt";

	@TempDir
	private static Path directory;

	@AutoClose
	private static Heliograph heliograph;

	@BeforeAll
	static void start() {
		heliograph = Heliograph
			.start(directory, "heliograph.listeners[1].allowed-origins=https://console.example,http://other.example:81")
			.user("device");
		heliograph.rule("device", "readwrite", "#");
	}

	/** Asks for a WebSocket at /mqtt; returns the lines of the answer's head. */
	private static List<String> upgrade(String... headers) {
		return request("/mqtt",
				Stream.concat(Stream.of("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
						"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), Stream.of(headers))
					.toArray(String[]::new));
	}

	private static List<String> request(String path, String... headers) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), heliograph.webSocketPort())) {
			socket.setSoTimeout(10_000);
			String head = "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n".formatted(path, heliograph.webSocketPort());
			String request = head + String.join("\r\n", headers) + "\r\n\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			BufferedReader answer = new BufferedReader(
					new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
			List<String> lines = new ArrayList<>();
			for (String line = answer.readLine(); line != null && !line.isEmpty(); line = answer.readLine()) {
				lines.add(line);
			}
			return lines;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void assertThatItOpens(List<String> answer) {
		assertThat(answer.get(0)).startsWith("HTTP/1.1 101 ");
		assertThat(answer).anyMatch((line) -> line.equalsIgnoreCase(MQTT))
			.anyMatch((line) -> line.equalsIgnoreCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
	}

	private static void assertThatStatusIs(int status, List<String> answer) {
		assertThat(answer.get(0)).startsWith("HTTP/1.1 " + status + " ");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void takesAQuery(boolean v5) {
		MqttWebSocketConfig webSocket = MqttWebSocketConfig.builder()
			.serverPath("mqtt")
			.queryString("from=a%20page&n=1")
			.build();
		int port = heliograph.webSocketPort();
		Login login = Login.of("query" + v5, "device");
		try (Device device = v5 ? new HiveMq5Device(port, login, webSocket)
				: new HiveMq3Device(port, login, webSocket)) {
			device.subscribed(1, login.id());
			device.publish(login.id(), "hello", 1, false);
			assertThat(device.receive().payload()).isEqualTo("hello");
		}
	}

	@Test
	void isOpenToWhoIsNoBrowser() {
		assertThatItOpens(upgrade(MQTT));
		assertThatItOpens(upgrade("Sec-WebSocket-Protocol: other, mqtt"));
	}

	@Test
	void isOpenToPagesOfTheSameHost() {
		assertThatItOpens(upgrade(MQTT, "Origin: http://127.0.0.1:" + heliograph.webSocketPort()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://console.example", "http://other.example:81" })
	void isOpenToPagesThatTheSettingsName(String origin) {
		assertThatItOpens(upgrade(MQTT, "Origin: " + origin));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "http://localhost",
			"null", "http://console.example", "https://console.example.evil.example", "https://other.example:81",
			"http://%" })
	void refusesPagesOfOtherOrigins(String origin) {
		assertThatStatusIs(403, upgrade(MQTT, "Origin: " + origin));
	}

	@Test
	void refusesTheHostsNameAsPartOfAnother() {
		String host = "127.0.0.1:" + heliograph.webSocketPort();
		assertThatStatusIs(403, upgrade(MQTT, "Origin: http://" + host + ".evil.example"));
		assertThatStatusIs(403, upgrade(MQTT, "Origin: http://evil.example/" + host));
		assertThatStatusIs(403, upgrade(MQTT, "Origin: http://evil@" + host + "@evil.example"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-None: 1", "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: mqtt5, MQTT" })
	void refusesWhoDoesNotAskForMqtt(String header) {
		assertThatStatusIs(400, upgrade(header));
	}

	@ParameterizedTest
	@CsvSource({ "/, 404", "/mqtt/, 404", "/MQTT, 404", "/mqtt/x?y=/mqtt, 404", "/mqtt, 426" })
	void answersOtherRequestsWithAStatus(String path, int status) {
		assertThatStatusIs(status, request(path, MQTT));
	}

}
