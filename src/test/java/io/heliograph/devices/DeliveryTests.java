package io.heliograph.devices;

import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.heliograph.testing.HttpCalls.Answer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** How messages come to who subscribed. */
class DeliveryTests extends DeviceTests {

	@Nested
	@EnumSource
	class OfEachClient extends Scenarios {

		OfEachClient(Client client) {
			super(heliograph, client);
		}

		private static Answer post(String query, String type, String body) {
			return heliograph.admin()
				.send("/api/publish?" + query,
						HttpRequest.newBuilder()
							.header("Content-Type", type)
							.POST(HttpRequest.BodyPublishers.ofString(body)))
				.expect(202);
		}

		@Test
		void deliversWithTheLowerQosOfPublishAndSubscription() {
			String topic = this.fleet.topic("t");
			Device publisher = this.fleet.device("publisher");
			List<Device> subscribers = IntStream.range(0, 3)
				.mapToObj((qos) -> this.fleet.device("subscriber" + qos).subscribed(qos, topic))
				.toList();
			for (int qos = 0; qos < 3; qos++) {
				publisher.publish(topic, "by MQTT", qos, false);
				for (int wanted = 0; wanted < 3; wanted++) {
					assertThat(subscribers.get(wanted).receive())
						.isEqualTo(new Received(topic, "by MQTT", Math.min(qos, wanted), false));
				}
				heliograph.publish(topic, "by HTTP", qos, false);
				for (int wanted = 0; wanted < 3; wanted++) {
					assertThat(subscribers.get(wanted).receive())
						.isEqualTo(new Received(topic, "by HTTP", Math.min(qos, wanted), false));
				}
			}
		}

		@Test
		void deliversWhatIsPostedAsJson() {
			String topic = this.fleet.topic("t");
			Device device = this.fleet.device("device").subscribed(2, topic);
			Answer answer = heliograph.admin()
				.post("/api/publish", "{'topic':'%s','payload':{'n': 1.50}}".formatted(topic))
				.expect(202);
			assertThat(answer.json().get("copies").asInt()).isEqualTo(1);
			assertThat(device.receive()).isEqualTo(new Received(topic, "{\"n\": 1.50}", 1, false));

			heliograph.admin()
				.post("/api/publish", "{'topic':'%s','payload':'caf\u00e9','qos':2}".formatted(topic))
				.expect(202);
			assertThat(device.receive()).isEqualTo(new Received(topic, "caf\u00e9", 2, false));
		}

		@Test
		void deliversWhatIsPostedAsItIs() {
			String topic = this.fleet.topic("t");
			Device device = this.fleet.device("device").subscribed(2, topic);
			post("topic=" + topic, "text/plain", "plain");
			post("topic=%s&qos=0".formatted(topic), "application/octet-stream", "octets");
			assertThat(device.receive()).isEqualTo(new Received(topic, "plain", 1, false));
			assertThat(device.receive()).isEqualTo(new Received(topic, "octets", 0, false));
		}

		@Test
		void keepsTheOrderOfAPublisher() {
			Device device = this.fleet.device("device").subscribed(2, this.fleet.topic("#"));
			Device publisher = this.fleet.device("publisher");
			List<String> sent = new ArrayList<>();
			for (int i = 0; i < 30; i++) {
				publisher.publish(this.fleet.topic("t" + i % 3), "m" + i, 1, false);
				sent.add("m" + i);
			}
			heliograph.publish(this.fleet.topic("t"), "end", 1, false);
			assertThat(device.receiveUntil("end")).isEqualTo(sent);
		}

		@Test
		void deliversOneCopyToOverlappingSubscriptions() {
			Device device = this.fleet.device("device")
				.subscribed(1, this.fleet.topic("#"), this.fleet.topic("+/x"), this.fleet.topic("t/x"));
			Device publisher = this.fleet.device("publisher");
			publisher.publish(this.fleet.topic("t/x"), "one", 1, false);
			publisher.publish(this.fleet.topic("end"), "end", 1, false);
			assertThat(device.receiveUntil("end")).containsExactly("one");
		}

		@Test
		void sharesMessagesAmongTheMembersOfAGroup() {
			String shared = "$share/group/" + this.fleet.topic("work/#");
			String end = this.fleet.topic("end");
			Device one = this.fleet.device("one").subscribed(1, shared, end);
			Device other = this.fleet.device("other").subscribed(1, shared, end);
			Device all = this.fleet.device("all").subscribed(1, this.fleet.topic("#"));
			List<String> sent = publish(this.fleet.topic("work/a"), "first", 30);
			heliograph.publish(end, "end", 1, false);
			List<String> ofOne = one.receiveUntil("end");
			List<String> ofOther = other.receiveUntil("end");
			assertThat(ofOne).isNotEmpty().isSubsetOf(sent);
			assertThat(ofOther).isNotEmpty().doesNotContainAnyElementsOf(ofOne);
			assertThat(ofOne.size() + ofOther.size()).isEqualTo(30);
			assertThat(all.receiveUntil("end")).isEqualTo(sent);

			one.leave();
			sent = publish(this.fleet.topic("work/a"), "second", 10);
			heliograph.publish(end, "end", 1, false);
			assertThat(other.receiveUntil("end")).isEqualTo(sent);
		}

		private static List<String> publish(String topic, String payload, int count) {
			return IntStream.range(0, count).mapToObj((i) -> {
				heliograph.publish(topic, payload + i, 1, false);
				return payload + i;
			}).toList();
		}

	}

}
