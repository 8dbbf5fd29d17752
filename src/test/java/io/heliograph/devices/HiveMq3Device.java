package io.heliograph.devices;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAck;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscribe;
import com.hivemq.client.mqtt.mqtt3.message.subscribe.Mqtt3Subscription;
import org.jspecify.annotations.Nullable;

/** HiveMQ's client for 3.1.1. */
final class HiveMq3Device extends HiveMqDevice {

	private final Mqtt3AsyncClient client;

	private final boolean clean;

	HiveMq3Device(int port, Login login, @Nullable MqttWebSocketConfig webSocket) {
		Mqtt3ClientBuilder builder = builder(port, login, webSocket).useMqttVersion3();
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
		this.clean = login.clean();
		this.client.publishes(MqttGlobalPublishFilter.ALL, (message) -> came(message.getTopic(),
				message.getPayloadAsBytes(), message.getQos(), message.isRetain()));
	}

	@Override
	int connect() {
		Mqtt3ConnAck connack = answer(this.client.connectWith().cleanSession(this.clean).send(),
				Mqtt3ConnAckException.class, Mqtt3ConnAckException::getMqttMessage);
		return connack.getReturnCode().getCode();
	}

	@Override
	List<Integer> subscribe(int qos, String... filters) {
		ensureConnected();
		Mqtt3Subscribe packet = Mqtt3Subscribe.builder()
			.addSubscriptions(Arrays.stream(filters)
				.map((filter) -> Mqtt3Subscription.builder().topicFilter(filter).qos(qos(qos)).build()))
			.build();
		return answer(this.client.subscribe(packet), Mqtt3SubAckException.class, Mqtt3SubAckException::getMqttMessage)
			.getReturnCodes()
			.stream()
			.map((code) -> code.getCode())
			.toList();
	}

	@Override
	int publish(String topic, String payload, int qos, boolean retain) {
		ensureConnected();
		await(this.client.publishWith().topic(topic).payload(bytes(payload)).qos(qos(qos)).retain(retain).send());
		return 0;
	}

	@Override
	CompletableFuture<Void> disconnect() {
		return this.client.disconnect();
	}

}
