package io.heliograph.notification;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import io.heliograph.testing.HttpCalls.Answer;
import io.heliograph.testing.RawClient;
import io.heliograph.testing.Packet;
import io.heliograph.testing.ServerTests;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a device receives of a notification that was POSTed as JSON. */
class PublishJsonTests extends ServerTests {

	@AutoClose
	private static RawClient device;

	@BeforeAll
	static void connect() {
		heliograph.user("device").rule("device", "read", "#");
		device = RawClient.loggedIn(heliograph.mqttPort(), "device", "device").subscribed("#", 0);
	}

	private static Answer post(byte[] json) {
		return admin.send("/api/publish",
				HttpRequest.newBuilder()
					.header("Content-Type", "application/json")
					.POST(BodyPublishers.ofByteArray(json)));
	}

	private static Answer post(String json) {
		return post(json.getBytes(StandardCharsets.UTF_8));
	}

	/** Publishes a payload; returns what the device gets of it. */
	private static String received(String payload) {
		post("{\"topic\":\"t\",\"payload\":" + payload + "}").expect(202);
		Packet packet = device.receive();
		assertThat(packet.topic()).isEqualTo("t");
		return packet.payload();
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "{\"b\":1,\"a\":2}", "{ \"a\" :\t1 ,\r\n \"b\":[ 1 , 2 ] }", "[1,[2,[3]], {}]",
			"{\"n\":1.0E+2}", "{\"n\":-0.0}", "{\"n\":1e400}", "{\"t\":\"\\u00e4\\/\\n\"}", "{\"ä€𝄞\":\"𝄞\"}",
			"{\"half\":\"\\ud834\"}", "{\"\":{\"\":\"\"}}", "[\"}\",\"]\",\"\\\"\",\"\\\\\"]", "0", "-0", "1.0E+2",
			"1.50", "1e400", "0.1000000000000000055511151231257827", "true", "false", "null" })
	void arrivesWithTheCharactersOfTheRequest(String payload) {
		assertThat(received(payload)).isEqualTo(payload);
	}

	@Test
	void arrivesWithEveryDigitOfALongNumber() {
		String digits = "1234567890".repeat(10);
		assertThat(received(digits)).isEqualTo(digits);
		assertThat(received("[-" + digits + "." + digits + "e-5]")).isEqualTo("[-" + digits + "." + digits + "e-5]");
	}

	@Test
	void arrivesWithoutTheWhiteSpaceAroundIt() {
		assertThat(received(" \n\t{ } \r\n")).isEqualTo("{ }");
		assertThat(received(" 12 ")).isEqualTo("12");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			value = { "\"text\" | text", "\"\" | ``", "\" a \" | ` a `", "\"\\u00e4\\ud834\\udd1e\" | ä𝄞",
					"\"ä𝄞\" | ä𝄞", "\"\\\"\\\\\\/\" | \"\\/", "\"{}\" | {}", "\"null\" | null", "\"5\" | 5" })
	void arrivesAsTheTextOfAString(String payload, String text) {
		assertThat(received(payload)).isEqualTo(text);
	}

	@Test
	void arrivesWithControlCharactersOfAString() {
		assertThat(received("\"a\\u0000\\r\\n\\t\\b\\f\\u001b\"")).isEqualTo("a\0\r\n\t\b\f\u001b");
	}

	@Test
	void arrivesEmptyIfThereIsNone() {
		post("{\"topic\":\"t\"}").expect(202);
		assertThat(device.receive().payload()).isEmpty();
	}

	@Test
	void arrivesWholeWhereverItStandsAndHoweverLongItIs() {
		Random random = new Random(1);
		for (int i = 0; i < 60; i++) {
			StringBuilder payload = new StringBuilder("{\"a\":[");
			int length = random.nextInt(9000);
			while (payload.length() < length) {
				payload.append(random.nextInt(4) == 0 ? "\"𝄞ä\\u20ac\" ,\n" : random.nextInt() + ", ");
			}
			payload.append("1.0]}");
			String before = " ".repeat(random.nextInt(9000));
			String topic = "t".repeat(1 + random.nextInt(5000));
			post(before + "{\"topic\":\"" + topic + "\",\"payload\":" + before + payload + before + ",\"qos\":0}")
				.expect(202);
			Packet packet = device.receive();
			assertThat(packet.topic()).isEqualTo(topic);
			assertThat(packet.payload()).isEqualTo(payload.toString());
		}
		String large = "[\"" + "x".repeat(900_000) + "\" ]";
		assertThat(received(large)).isEqualTo(large);
	}

	@Test
	void arrivesWhateverTheOrderOfTheFields() {
		post(" { \"retain\" : false , \"qos\" : 2 , \"payload\" : {\"topic\":\"no\",\"qos\":9} , \"topic\" : \"yes\" } ")
			.expect(202);
		Packet packet = device.receive();
		assertThat(packet.topic()).isEqualTo("yes");
		assertThat(packet.payload()).isEqualTo("{\"topic\":\"no\",\"qos\":9}");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', nullValues = "-", value = { "- | 400 | not a JSON object",
			"[] | 400 | not a JSON object", "'t' | 400 | not a JSON object",
			"{'topic':'t' | 400 | not valid JSON at line 1, column", "{'topic':'t'} x | 400 | not valid JSON",
			"{'topic':'t'} {} | 400 | Something follows", "{'topic':'t',} | 400 | not valid JSON",
			"{topic:'t'} | 400 | not valid JSON", "{'topic':'t'/**/} | 400 | not valid JSON",
			"{'topic':'t','qos':01} | 400 | not valid JSON",
			"{'topic':'t','payload':NaN} | 400 | column 27: something else is expected there.",
			"{'topic':'t','payload':+1} | 400 | not valid JSON",
			"{'topic':'t','payload':{'a':1} | 400 | not valid JSON",
			"{'topic':'t','payload':[1}} | 400 | not valid JSON",
			"{'topic':'t','payload':'\\x'} | 400 | not valid JSON",
			"{'topic':'t','topic':'t'} | 400 | The field 'topic' stands twice",
			"{'topic':'t','payload':1,'payload':2} | 400 | The field 'payload' stands twice",
			"{'topic':'t','Payload':1} | 400 | There is no field 'Payload'. Known are payload, qos, retain, topic.",
			"{'topic':'t','id':{'a':1}} | 400 | There is no field 'id'.", "{} | 422 | The topic is missing;",
			"{'topic':null} | 422 | The value of 'topic' is not valid; give a string.",
			"{'topic':5} | 422 | The value of 'topic'", "{'topic':['t']} | 422 | The value of 'topic'",
			"{'topic':''} | 422 | A topic must not be empty.", "{'topic':'a/#'} | 422 | wildcards",
			"{'topic':'+'} | 422 | wildcards", "{'topic':'$SYS/a'} | 422 | Topics that start with $",
			"{'topic':'$share/g/a'} | 422 | Topics that start with $", "{'topic':'a\\u0000'} | 422 | U+0000",
			"{'topic':'\\ud834'} | 422 | half a surrogate pair",
			"{'topic':'t','qos':3} | 422 | The QoS is '3'; give 0, 1 or 2.",
			"{'topic':'t','qos':-1} | 422 | The QoS is '-1'", "{'topic':'t','qos':99999999999} | 422 | The QoS is",
			"{'topic':'t','qos':1.0} | 422 | The value of 'qos'", "{'topic':'t','qos':'1'} | 422 | The value of 'qos'",
			"{'topic':'t','qos':null} | 422 | The value of 'qos'",
			"{'topic':'t','qos':true} | 422 | The value of 'qos'",
			"{'topic':'t','retain':'true'} | 422 | The value of 'retain' is not valid; give true or false.",
			"{'topic':'t','retain':1} | 422 | The value of 'retain'",
			"{'topic':'t','retain':null} | 422 | The value of 'retain'",
			"{'topic':'t','payload':'\\ud834'} | 422 | half a surrogate pair",
			"{'topic':'t','payload':'\\udd1e\\ud834'} | 422 | half a surrogate pair" })
	void isRefusedWithAReason(String json, int status, String reason) {
		Answer answer = post((json != null) ? json.replace('\'', '"') : "").expect(status);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.json().get("detail").asString()).contains(reason);
		device.ping();
	}

	@Test
	void isRefusedIfTheTopicIsTooDeepOrTooLong() {
		post("{\"topic\":\"" + "/".repeat(199) + "\"}").expect(202);
		assertThat(device.receive().topic()).hasSize(199);
		assertThat(post("{\"topic\":\"" + "/".repeat(200) + "\"}").expect(422).body()).contains("201 levels");
		assertThat(post("{\"topic\":\"" + "t".repeat(65_536) + "\"}").expect(422).body()).contains("65536 bytes");
	}

	@Test
	void isRefusedIfItIsNestedTooDeeply() {
		String deep = "[".repeat(400) + "]".repeat(400);
		assertThat(received(deep)).isEqualTo(deep);
		String deeper = "[".repeat(100_000) + "]".repeat(100_000);
		assertThat(post("{\"topic\":\"t\",\"payload\":" + deeper + "}").expect(400).problem())
			.isEqualTo("malformed-request");
	}

	@Test
	void isRefusedIfANumberOrANameIsAbsurdlyLong() {
		String digits = "1".repeat(100_000);
		assertThat(post("{\"topic\":\"t\",\"payload\":" + digits + "}").expect(400).problem())
			.isEqualTo("malformed-request");
		assertThat(post("{\"" + digits + "\":1}").expect(400).problem()).isIn("malformed-request", "unknown-field");
	}

	@Test
	void isRefusedIfItIsNotUtf8() {
		byte[] latin1 = "{\"topic\":\"t\",\"payload\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1);
		assertThat(post(latin1).expect(400).body()).contains("The body is not UTF-8");
		byte[] utf16 = "{\"topic\":\"t\"}".getBytes(StandardCharsets.UTF_16);
		assertThat(post(utf16).expect(400).body()).contains("The body is not UTF-8");
	}

}
