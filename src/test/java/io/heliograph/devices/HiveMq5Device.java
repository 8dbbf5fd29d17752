package io.heliograph.devices;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import org.jspecify.annotations.Nullable;

/** HiveMQ's client for 5. */
final class HiveMq5Device extends HiveMqDevice {

	private final Mqtt5AsyncClient client;

	private final Login login;

	HiveMq5Device(int port, Login login, @Nullable MqttWebSocketConfig webSocket) {
		Mqtt5ClientBuilder builder = builder(port, login, webSocket).useMqttVersion5();
		if (login.user() != null) {
			builder.simpleAuth().username(login.user()).password(bytes(login.password())).applySimpleAuth();
		}
		if (login.will() != null) {
			builder.willPublish()
				.topic(login.will().topic())
				.qos(MqttQos.AT_LEAST_ONCE)
				.payload(bytes(login.will().payload()))
				.applyWillPublish();
		}
		this.client = builder.buildAsync();
		this.login = login;
		this.client.publishes(MqttGlobalPublishFilter.ALL, (message) -> came(message.getTopic(),
				message.getPayloadAsBytes(), message.getQos(), message.isRetain()));
	}

	@Override
	int connect() {
		Mqtt5ConnAck connack = answer(this.client.connectWith()
			.cleanStart(this.login.clean())
			.sessionExpiryInterval(this.login.keptSeconds())
			.send(), Mqtt5ConnAckException.class, Mqtt5ConnAckException::getMqttMessage);
		return connack.getReasonCode().getCode();
	}

	@Override
	List<Integer> subscribe(int qos, String... filters) {
		ensureConnected();
		Mqtt5Subscribe packet = Mqtt5Subscribe.builder()
			.addSubscriptions(Arrays.stream(filters)
				.map((filter) -> Mqtt5Subscription.builder().topicFilter(filter).qos(qos(qos)).build()))
			.build();
		return answer(this.client.subscribe(packet), Mqtt5SubAckException.class, Mqtt5SubAckException::getMqttMessage)
			.getReasonCodes()
			.stream()
			.map((code) -> code.getCode())
			.toList();
	}

	@Override
	int publish(String topic, String payload, int qos, boolean retain) {
		ensureConnected();
		try {
			return code(await(this.client.publishWith()
				.topic(topic)
				.payload(bytes(payload))
				.qos(qos(qos))
				.retain(retain)
				.send()));
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof Mqtt5PubAckException refused) {
				return refused.getMqttMessage().getReasonCode().getCode();
			}
			if (ex.getCause() instanceof Mqtt5PubRecException refused) {
				return refused.getMqttMessage().getReasonCode().getCode();
			}
			throw ex;
		}
	}

	private static int code(Mqtt5PublishResult result) {
		if (result instanceof Mqtt5PublishResult.Mqtt5Qos1Result qos1) {
			return qos1.getPubAck().getReasonCode().getCode();
		}
		return (result instanceof Mqtt5PublishResult.Mqtt5Qos2Result qos2) ? qos2.getPubRec().getReasonCode().getCode()
				: 0;
	}

	@Override
	CompletableFuture<Void> disconnect() {
		return this.client.disconnect();
	}

}
