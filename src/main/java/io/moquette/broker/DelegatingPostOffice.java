package io.moquette.broker;

import java.time.Clock;
import java.util.List;

import io.moquette.interception.BrokerInterceptor;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;

/** Hands subscriptions on and does nothing else of what Moquette's does. */
final class DelegatingPostOffice extends PostOffice {

	private final SubscriptionHandler subscriptions;

	DelegatingPostOffice(NoSubscriptions directory, SessionRegistry registry, NoSessions sessions,
			BrokerInterceptor interceptor, Authorizator authorizator, InlineLoops loops,
			SubscriptionHandler subscriptions) {
		super(directory, new NoRetained(), registry, sessions, interceptor, authorizator, loops, Clock.systemUTC());
		this.subscriptions = subscriptions;
	}

	@Override
	public void subscribeClientToTopics(MqttSubscribeMessage message, String clientId, String userName,
			MQTTConnection connection) {
		this.subscriptions.subscribe(connection.channel, message);
	}

	@Override
	public void unsubscribe(List<String> filters, MQTTConnection connection, int packetId) {
		this.subscriptions.unsubscribe(connection.channel, filters, packetId);
	}

	@Override
	void dispatchConnection(MqttConnectMessage message) {
	}

	@Override
	void dispatchConnectionLost(String clientId, String userName) {
	}

}
