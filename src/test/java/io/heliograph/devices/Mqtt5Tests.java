package io.heliograph.devices;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.heliograph.mqtt.ClientId;
import io.heliograph.testing.RequiresProgram;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What only clients of MQTT 5 can ask for and see. */
class Mqtt5Tests extends DeviceTests {

	private static final Mqtt5SimpleAuth AUTH = Mqtt5SimpleAuth.builder()
		.username("device")
		.password("device-secret".getBytes(StandardCharsets.UTF_8))
		.build();

	@AutoClose
	private final Fleet fleet = new Fleet(heliograph, Client.HIVEMQ_5);

	private final String topic = this.fleet.topic("t");

	private final BlockingQueue<Mqtt5Publish> inbox = new LinkedBlockingQueue<>();

	private final Mqtt5BlockingClient client = newClient();

	private Mqtt5ConnAck connack;

	private static Mqtt5BlockingClient newClient() {
		return Mqtt5Client.builder()
			.serverHost("127.0.0.1")
			.serverPort(heliograph.mqttPort())
			.simpleAuth(AUTH)
			.buildBlocking();
	}

	@BeforeEach
	void connect() {
		this.client.toAsync().publishes(MqttGlobalPublishFilter.ALL, this.inbox::add);
		this.connack = this.client.connect();
	}

	@AfterEach
	void disconnect() {
		this.client.disconnect();
	}

	private void subscribe(Mqtt5Subscription subscription) {
		this.client.subscribeWith().addSubscription(subscription).send();
	}

	private Mqtt5Publish receive() throws InterruptedException {
		Mqtt5Publish message = this.inbox.poll(Device.TIMEOUT_SECONDS, TimeUnit.SECONDS);
		assertThat(message).isNotNull();
		return message;
	}

	@Test
	void isToldWhatItMayAskFor() {
		assertThat(this.connack.getAssignedClientIdentifier()).isPresent();
		Mqtt5ConnAckRestrictions restrictions = this.connack.getRestrictions();
		assertThat(restrictions.isRetainAvailable()).isTrue();
		assertThat(restrictions.isWildcardSubscriptionAvailable()).isTrue();
		assertThat(restrictions.isSharedSubscriptionAvailable()).isTrue();
		assertThat(restrictions.getMaximumQos()).isEqualTo(MqttQos.EXACTLY_ONCE);
		assertThat(restrictions.getMaximumPacketSize()).isEqualTo(1024 * 1024);
	}

	@Test
	void getsThePropertiesOfAMessage() throws InterruptedException {
		subscribe(Mqtt5Subscription.builder().topicFilter(this.topic).build());
		Mqtt5UserProperties properties = Mqtt5UserProperties.of(Mqtt5UserProperty.of("b", "1"),
				Mqtt5UserProperty.of("a", "2"), Mqtt5UserProperty.of("b", "3"));
		this.client.publishWith()
			.topic(this.topic)
			.payload("{}".getBytes(StandardCharsets.UTF_8))
			.payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
			.contentType("application/json")
			.responseTopic("answers/here")
			.correlationData(new byte[] { 0, -1 })
			.messageExpiryInterval(3600)
			.userProperties(properties)
			.send();
		Mqtt5Publish message = receive();
		assertThat(message.getPayloadFormatIndicator()).contains(Mqtt5PayloadFormatIndicator.UTF_8);
		assertThat(message.getContentType().orElseThrow()).hasToString("application/json");
		assertThat(message.getResponseTopic().orElseThrow()).hasToString("answers/here");
		assertThat(message.getCorrelationData().orElseThrow().get(1)).isEqualTo((byte) -1);
		assertThat(message.getMessageExpiryInterval().orElseThrow()).isBetween(3590L, 3600L);
		assertThat(message.getUserProperties().asList()).isEqualTo(properties.asList());
	}

	@Test
	void getsWhatIsTooLargeForAnotherOfItsGroup() throws InterruptedException {
		Mqtt5BlockingClient small = newClient();
		small.connectWith().restrictions().maximumPacketSize(200).applyRestrictions().send();
		Mqtt5Subscription shared = Mqtt5Subscription.builder().topicFilter("$share/group/" + this.topic).build();
		subscribe(shared);
		small.subscribeWith().addSubscription(shared).send();
		Set<String> sent = new HashSet<>();
		Set<String> received = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			sent.add(i + "x".repeat(200));
		}
		sent.forEach((payload) -> heliograph.publish(this.topic, payload, 1, false));
		for (int i = 0; i < sent.size(); i++) {
			received.add(new String(receive().getPayloadAsBytes(), StandardCharsets.UTF_8));
		}
		assertThat(received).isEqualTo(sent);
		small.disconnect();
	}

	@Test
	void isNotSentItsOwnMessagesIfItDoesNotWantThem() throws InterruptedException {
		subscribe(Mqtt5Subscription.builder().topicFilter(this.topic).noLocal(true).build());
		this.client.publishWith().topic(this.topic).qos(MqttQos.AT_LEAST_ONCE).send();
		heliograph.publish(this.topic, "end", 1, false);
		assertThat(receive().getPayloadAsBytes()).asString().isEqualTo("end");
	}

	@Test
	void seesTheRetainFlagAsPublishedIfItWantsTo() throws InterruptedException {
		subscribe(Mqtt5Subscription.builder().topicFilter(this.topic).retainAsPublished(true).build());
		heliograph.publish(this.topic, "on", 1, true);
		assertThat(receive().isRetain()).isTrue();
	}

	@Test
	void isNotSentWhatIsRetainedIfItDoesNotWantIt() throws InterruptedException {
		heliograph.publish(this.topic, "retained", 1, true);
		subscribe(Mqtt5Subscription.builder()
			.topicFilter(this.topic)
			.retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
			.build());
		heliograph.publish(this.topic, "end", 1, false);
		assertThat(receive().getPayloadAsBytes()).asString().isEqualTo("end");
	}

	@Test
	void isToldWhenNobodyGetsItsMessage() {
		Device publisher = this.fleet.device("publisher");
		assertThat(publisher.publish(this.topic, "to nobody", 1, false)).isEqualTo(0x10);
		assertThat(publisher.publish(this.topic, "to nobody", 2, false)).isEqualTo(0x10);
		subscribe(Mqtt5Subscription.builder().topicFilter(this.topic).build());
		assertThat(publisher.publish(this.topic, "to one", 1, false)).isZero();
	}

	@Test
	void isToldWhenAnotherConnectionTakesItsSession() {
		Login login = this.fleet.login("twice", "device").kept();
		HiveMqDevice first = (HiveMqDevice) this.fleet.device(login).subscribed(1, this.topic);
		Device second = this.fleet.device(login);
		assertThat(second.connect()).isZero();
		assertThat(first.awaitEnd()).isEqualTo(0x8e);
		heliograph.publish(this.topic, "to the second", 1, false);
		assertThat(second.receive().payload()).isEqualTo("to the second");
	}

	@Test
	void isToldWhenAnOperatorEndsItsConnection() {
		HiveMqDevice device = (HiveMqDevice) this.fleet.device("device").subscribed(1, this.topic);
		assertThat(heliograph.sessions().disconnect(new ClientId(this.fleet.own("device")))).isTrue();
		assertThat(device.awaitEnd()).isEqualTo(0x98);
	}

	@Test
	void losesItsSessionWhenThatExpires() {
		losesItsSessionWhenThatExpires(this.fleet);
	}

	@Test
	@RequiresProgram(value = { "mosquitto_sub", "stdbuf" }, apt = "mosquitto-clients coreutils")
	void losesItsSessionWhenThatExpiresWithMosquitto() {
		try (Fleet mosquitto = new Fleet(heliograph, Client.MOSQUITTO_5)) {
			losesItsSessionWhenThatExpires(mosquitto);
		}
	}

	private void losesItsSessionWhenThatExpires(Fleet fleet) {
		Login forShort = fleet.login("short", "device").kept(1);
		Login forLong = fleet.login("long", "device").kept(3600);
		fleet.device(forShort).subscribed(1, this.topic).leave();
		fleet.device(forLong).subscribed(1, this.topic).leave();
		fleet.awaitAway("short");
		heliograph.publish(this.topic, "missed", 1, false);
		await().until(() -> heliograph.sessions().find(new ClientId(forShort.id())).isEmpty());

		Device back = fleet.device(forShort).subscribed(1, this.topic);
		Device backInTime = fleet.device(forLong).subscribed(1, this.topic);
		heliograph.publish(this.topic, "end", 1, false);
		assertThat(back.receiveUntil("end")).isEmpty();
		assertThat(backInTime.receiveUntil("end")).containsExactly("missed");
	}

	@Test
	void endsItsSessionAsItLeaves() {
		Mqtt5BlockingClient kept = Mqtt5Client.builder()
			.identifier(this.fleet.own("kept"))
			.serverHost("127.0.0.1")
			.serverPort(heliograph.mqttPort())
			.simpleAuth(AUTH)
			.buildBlocking();
		kept.connectWith().noSessionExpiry().send();
		kept.disconnectWith().sessionExpiryInterval(0).send();
		await().until(() -> heliograph.sessions().find(new ClientId(this.fleet.own("kept"))).isEmpty());
	}

}
