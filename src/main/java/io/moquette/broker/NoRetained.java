package io.moquette.broker;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

import io.moquette.broker.subscriptions.Topic;
import io.netty.handler.codec.mqtt.MqttPublishMessage;

/** A store of retained messages that is empty and stays so. */
final class NoRetained implements IRetainedRepository {

	@Override
	public void cleanRetained(Topic topic) {
	}

	@Override
	public void retain(Topic topic, MqttPublishMessage message) {
	}

	@Override
	public void retain(Topic topic, MqttPublishMessage message, Instant expiryTime) {
	}

	@Override
	public boolean isEmpty() {
		return true;
	}

	@Override
	public Collection<RetainedMessage> retainedOnTopic(String topic) {
		return List.of();
	}

	@Override
	public Collection<RetainedMessage> listExpirable() {
		return List.of();
	}

}
