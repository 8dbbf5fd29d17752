package io.heliograph.broker.moquette;

import java.util.ArrayList;
import java.util.List;

import io.heliograph.broker.engine.CloseReason;
import io.heliograph.broker.engine.Engine;
import io.heliograph.broker.engine.Subscription;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ShareableFilter;
import io.moquette.broker.SubscriptionHandler;
import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;

/** SUBSCRIBE and UNSUBSCRIBE, checked and answered. */
final class Subscriptions implements SubscriptionHandler {

	private static final int NO_SUBSCRIPTION_EXISTED = 0x11;

	private final Engine engine;

	Subscriptions(Engine engine) {
		this.engine = engine;
	}

	/**
	 * @throws ProtocolViolation if a filter or an option is invalid; then none of them
	 * counts
	 */
	@Override
	public void subscribe(Channel channel, MqttSubscribeMessage packet) {
		Guard.Opened opened = channel.pipeline().get(Guard.class).opened();
		if (opened == null) {
			return;
		}
		int identifier = identifier(packet.idAndPropertiesVariableHeader().properties());
		List<MqttTopicSubscription> requested = packet.payload().topicSubscriptions();
		List<ShareableFilter> filters = parse(requested.stream().map(MqttTopicSubscription::topicFilter).toList());
		List<Subscription.Options> options = new ArrayList<>(filters.size());
		for (int i = 0; i < filters.size(); i++) {
			options.add(options(requested.get(i).option(), identifier, filters.get(i)));
		}
		List<Integer> reasonCodes = new ArrayList<>(filters.size());
		for (int i = 0; i < filters.size(); i++) {
			reasonCodes
				.add(this.engine.subscribe(opened.session(), opened.connection(), filters.get(i), options.get(i)));
		}
		opened.connection().subscribeAcknowledgement(packet.variableHeader().messageId(), reasonCodes);
	}

	private static Subscription.Options options(MqttSubscriptionOption option, int identifier, ShareableFilter filter) {
		if (option.isNoLocal() && filter.group() != null) {
			throw new ProtocolViolation(CloseReason.PROTOCOL_ERROR, "no-local on a shared subscription");
		}
		return new Subscription.Options(Qos.of(option.qos().value()), option.isNoLocal(), option.isRetainAsPublished(),
				option.retainHandling().value(), identifier);
	}

	private static int identifier(MqttProperties properties) {
		int count = properties.getProperties(Property.SUBSCRIPTION_IDENTIFIER).size();
		long identifier = Property.number(properties, Property.SUBSCRIPTION_IDENTIFIER, 0);
		if (count > 1 || (count == 1 && identifier == 0)) {
			throw new ProtocolViolation(CloseReason.PROTOCOL_ERROR, "a subscription identifier is one number from 1");
		}
		return (int) identifier;
	}

	private static List<ShareableFilter> parse(List<String> filters) {
		if (filters.isEmpty()) {
			throw new ProtocolViolation(CloseReason.PROTOCOL_ERROR, "no topic filter at all");
		}
		try {
			return filters.stream().map(ShareableFilter::parse).toList();
		}
		catch (IllegalArgumentException ex) {
			throw new ProtocolViolation(CloseReason.TOPIC_FILTER_INVALID, String.valueOf(ex.getMessage()));
		}
	}

	@Override
	public void unsubscribe(Channel channel, List<String> filters, int packetId) {
		Guard.Opened opened = channel.pipeline().get(Guard.class).opened();
		if (opened == null) {
			return;
		}
		List<Integer> reasonCodes = new ArrayList<>(filters.size());
		for (ShareableFilter filter : parse(filters)) {
			boolean existed = this.engine.unsubscribe(opened.session(), opened.connection(), filter);
			reasonCodes.add(existed ? 0 : NO_SUBSCRIPTION_EXISTED);
		}
		opened.connection().unsubscribeAcknowledgement(packetId, reasonCodes);
	}

}
