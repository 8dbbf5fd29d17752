package io.moquette.broker;

import java.util.List;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;

/**
 * Serves SUBSCRIBE and UNSUBSCRIBE, on the event loop of the channel and under the lock
 * of its client id.
 */
public interface SubscriptionHandler {

	void subscribe(Channel channel, MqttSubscribeMessage message);

	void unsubscribe(Channel channel, List<String> filters, int packetId);

}
