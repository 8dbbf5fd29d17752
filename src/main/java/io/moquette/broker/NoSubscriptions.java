package io.moquette.broker;

import java.util.List;

import io.moquette.broker.subscriptions.ISubscriptionsDirectory;
import io.moquette.broker.subscriptions.ShareName;
import io.moquette.broker.subscriptions.Subscription;
import io.moquette.broker.subscriptions.SubscriptionIdentifier;
import io.moquette.broker.subscriptions.Topic;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;

/** A directory of subscriptions that is empty and stays so. */
final class NoSubscriptions implements ISubscriptionsDirectory {

	@Override
	public void init(ISubscriptionsRepository repository) {
	}

	@Override
	public List<Subscription> matchWithoutQosSharpening(Topic topic) {
		return List.of();
	}

	@Override
	public List<Subscription> matchQosSharpening(Topic topic) {
		return List.of();
	}

	@Override
	public boolean add(String clientId, Topic filter, MqttSubscriptionOption option) {
		return false;
	}

	@Override
	public boolean add(String clientId, Topic filter, MqttSubscriptionOption option,
			SubscriptionIdentifier identifier) {
		return false;
	}

	@Override
	public void addShared(String clientId, ShareName name, Topic filter, MqttSubscriptionOption option) {
	}

	@Override
	public void addShared(String clientId, ShareName name, Topic filter, MqttSubscriptionOption option,
			SubscriptionIdentifier identifier) {
	}

	@Override
	public void removeSubscription(Topic filter, String clientId) {
	}

	@Override
	public void removeSharedSubscription(ShareName name, Topic filter, String clientId) {
	}

	@Override
	public int size() {
		return 0;
	}

	@Override
	public String dumpTree() {
		return "";
	}

	@Override
	public void removeSharedSubscriptionsForClient(String clientId) {
	}

}
