package io.heliograph.notification;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

import io.heliograph.testing.Heliograph;
import io.heliograph.testing.HttpCalls;
import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.Packet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a device receives of a payload that was POSTed as it is. */
class PublishRawTests {

	private static final byte[] PAYLOAD = "x".getBytes(StandardCharsets.UTF_8);

	@TempDir
	private static Path data;

	@AutoClose
	private static Heliograph heliograph;

	private static HttpCalls admin;

	@AutoClose
	private static RawClient device;

	@BeforeAll
	static void start() {
		heliograph = Heliograph.start(data, "heliograph.listeners[0].allow-anonymous=true",
				"heliograph.http.max-body-size=64KB");
		admin = heliograph.admin();
		admin.post("/api/admin/acl/rules", "{'scope':'anonymous','access':'read','topic':'#'}").expect(201);
		device = RawClient.connected(heliograph.mqttPort(), "device", true).subscribed("#", 0);
	}

	private static Answer post(String query, @Nullable String contentType, byte[] body) {
		HttpRequest.Builder request = HttpRequest.newBuilder().POST(BodyPublishers.ofByteArray(body));
		if (contentType != null) {
			request.header("Content-Type", contentType);
		}
		return admin.send("/api/publish" + query, request);
	}

	private static byte[] payload(Packet packet) {
		return Arrays.copyOfRange(packet.body(), 2 + packet.number(0), packet.body().length);
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/plain", "text/plain;charset=ISO-8859-1", "application/octet-stream", "image/png",
			"application/cloudevents+json", "application/json-seq", "x/y; a=b", "TEXT/PLAIN" })
	void arrivesAsItIs(String contentType) {
		byte[] bytes = new byte[512];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) i;
		}
		post("?topic=t", contentType, bytes).expect(202);
		assertThat(payload(device.receive())).isEqualTo(bytes);
	}

	@Test
	void arrivesEmpty() {
		post("?topic=t", "text/plain", new byte[0]).expect(202);
		assertThat(payload(device.receive())).isEmpty();
	}

	@Test
	void arrivesUpToTheSizeThatIsAllowed() {
		byte[] largest = new byte[65_536];
		Arrays.fill(largest, (byte) 0xff);
		post("?topic=t", "text/plain", largest).expect(202);
		assertThat(payload(device.receive())).isEqualTo(largest);
		assertThat(post("?topic=t", "text/plain", new byte[65_537]).expect(413).problem()).isEqualTo("too-large");
	}

	@ParameterizedTest
	@CsvSource({ "a%2Fb, a/b", "a/b, a/b", "a+b, a b", "a%20b, a b", "%C3%A4, ä", "%F0%9D%84%9E, 𝄞", "a%26b=c, a&b=c",
			"a%25b, a%b", "/, /" })
	void arrivesAtTheTopicOfTheQuery(String query, String topic) {
		post("?topic=" + query, "text/plain", PAYLOAD).expect(202);
		assertThat(device.receive().topic()).isEqualTo(topic);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "`` | 422 | The topic is missing;", "?qos=1 | 422 | The topic is missing;",
					"?topic= | 422 | A topic must not be empty.", "?topic=a/%23 | 422 | wildcards",
					"?topic=%2B | 422 | wildcards", "?topic=$SYS | 422 | Topics that start with $",
					"?topic=a%00 | 422 | U+0000", "?topic=a&topic=b | 422 | 'topic' stands more than once",
					"?topic=a&qos=1&qos=1 | 422 | 'qos' stands more than once",
					"?topic=a&qos=3 | 422 | The QoS is '3'; give 0, 1 or 2.", "?topic=a&qos= | 422 | The QoS is ''",
					"?topic=a&qos=01 | 422 | The QoS is '01'", "?topic=a&retain=yes | 422 | The retain flag is 'yes'",
					"?topic=a&retain= | 422 | The retain flag is ''",
					"?topic=a&retain=TRUE | 422 | The retain flag is 'TRUE'",
					"?topic=a&payload=b | 400 | There is no parameter 'payload'. Known are qos, retain, topic.",
					"?Topic=a | 400 | There is no parameter 'Topic'.", "?topic=a&x | 400 | There is no parameter 'x'.",
					"?topic=%FF | 400 | ``", "?topic=%C3 | 400 | ``" })
	void isRefusedWithAReason(String query, int status, String reason) {
		Answer answer = post(query, "text/plain", PAYLOAD).expect(status);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.json().get("detail").asString()).contains(reason);
		device.ping();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "- | The header Content-Type is missing; send 'Content-Type: application/json'",
					"application/x-www-form-urlencoded | Forms are not taken; send 'Content-Type: application/json'",
					"application/x-www-form-urlencoded;charset=utf-8 | Forms are not taken",
					"multipart/form-data; boundary=b | Forms are not taken", "multipart/mixed | Forms are not taken",
					"application/json;charset=none-such | Content-Type",
					"nonsense | The header Content-Type is not valid", "*/* | Content-Type",
					"text/* | The header Content-Type is not valid" })
	void isRefusedForItsContentType(@Nullable String contentType, String reason) {
		Answer answer = post("?topic=t", contentType, "topic=t&payload=x".getBytes(StandardCharsets.UTF_8)).expect(415);
		assertThat(answer.problem()).isEqualTo("unsupported-media-type");
		assertThat(answer.json().get("detail").asString()).contains(reason);
		device.ping();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "application/json;charset=UTF-8", "application/json; charset=\"utf-8\"", "APPLICATION/JSON" })
	void isJsonHoweverTheTypeIsSpelled(String contentType) {
		byte[] json = "{\"topic\":\"json\"}".getBytes(StandardCharsets.UTF_8);
		post("", contentType, json).expect(202);
		assertThat(device.receive().topic()).isEqualTo("json");
		assertThat(post("?topic=t", contentType, json).expect(400).body())
			.contains("There is no parameter 'topic'. This takes none in the query.");
	}

	@Test
	void isNoJsonInAnotherCharset() {
		byte[] json = "{\"topic\":\"json\"}".getBytes(StandardCharsets.UTF_8);
		assertThat(post("", "application/json;charset=ISO-8859-1", json).expect(415).body())
			.contains("JSON is sent in UTF-8; leave the charset out.");
	}

}
