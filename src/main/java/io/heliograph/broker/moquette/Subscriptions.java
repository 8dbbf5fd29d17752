package io.heliograph.broker.moquette;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.engine.Engine;
import io.heliograph.mqtt.Qos;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.mqtt.ShareableFilter;
import io.moquette.broker.SubscriptionHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import org.jspecify.annotations.Nullable;

/** SUBSCRIBE and UNSUBSCRIBE, checked and answered. */
final class Subscriptions implements SubscriptionHandler {

	/** How many a packet may have, which is held until the last of them had its turn. */
	private static final int MAX_FILTERS = 10_000;

	private final Engine engine;

	Subscriptions(Engine engine) {
		this.engine = engine;
	}

	/**
	 * @throws ProtocolViolation if a filter or an option is invalid, or if there are too
	 * many; then none of them counts
	 */
	@Override
	public void subscribe(Channel channel, MqttSubscribeMessage packet) {
		OpenConnection opened = channel.pipeline().get(Guard.class).opened();
		if (opened == null) {
			return;
		}
		List<MqttTopicSubscription> requested = packet.payload().topicSubscriptions();
		checkCount(requested);
		int identifier = identifier(packet.idAndPropertiesVariableHeader().properties());
		List<ShareableFilter> filters = parse(requested.stream().map(MqttTopicSubscription::topicFilter).toList());
		List<SubscriptionOptions> options = new ArrayList<>(filters.size());
		for (int i = 0; i < filters.size(); i++) {
			options.add(options(requested.get(i).option(), identifier, filters.get(i)));
		}
		withoutRepeatedRetained(filters, options);
		new Request(channel, opened, filters.size(),
				(i) -> this.engine.subscribe(opened.session(), opened.connection(), filters.get(i), options.get(i)),
				(reasonCodes) -> opened.connection()
					.subscribeAcknowledgement(packet.variableHeader().messageId(), reasonCodes))
			.run();
	}

	/**
	 * A filter that is named again and again is sent what is retained once: at the last
	 * of its places that ask for it in any case.
	 */
	private static void withoutRepeatedRetained(List<ShareableFilter> filters, List<SubscriptionOptions> options) {
		Map<ShareableFilter, Integer> places = new HashMap<>();
		for (int i = 0; i < filters.size(); i++) {
			if (options.get(i).retainHandling() == 0) {
				places.put(filters.get(i), i);
			}
		}
		for (int i = 0; i < filters.size(); i++) {
			Integer place = places.get(filters.get(i));
			if (place != null && i < place) {
				options.set(i, options.get(i).withoutRetained());
			}
		}
	}

	private static SubscriptionOptions options(MqttSubscriptionOption option, int identifier, ShareableFilter filter) {
		if (option.isNoLocal() && filter.group() != null) {
			throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "no-local on a shared subscription");
		}
		return new SubscriptionOptions(Qos.of(option.qos().value()), option.isNoLocal(), option.isRetainAsPublished(),
				option.retainHandling().value(), identifier);
	}

	private static int identifier(MqttProperties properties) {
		int count = properties.getProperties(Property.SUBSCRIPTION_IDENTIFIER).size();
		long identifier = Property.number(properties, Property.SUBSCRIPTION_IDENTIFIER, 0);
		if (count > 1 || (count == 1 && identifier == 0)) {
			throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "a subscription identifier is one number from 1");
		}
		return (int) identifier;
	}

	private static void checkCount(List<?> filters) {
		if (filters.isEmpty()) {
			throw new ProtocolViolation(ReasonCode.PROTOCOL_ERROR, "no topic filter at all");
		}
		if (filters.size() > MAX_FILTERS) {
			throw new ProtocolViolation(ReasonCode.QUOTA_EXCEEDED, filters.size()
					+ " topic filters in a packet, whose limit is " + MAX_FILTERS + "; send them in several");
		}
	}

	private static List<ShareableFilter> parse(List<String> filters) {
		try {
			return filters.stream().map(ShareableFilter::parse).toList();
		}
		catch (IllegalArgumentException ex) {
			throw new ProtocolViolation(ReasonCode.TOPIC_FILTER_INVALID, String.valueOf(ex.getMessage()));
		}
	}

	@Override
	public void unsubscribe(Channel channel, List<String> filters, int packetId) {
		OpenConnection opened = channel.pipeline().get(Guard.class).opened();
		if (opened == null) {
			return;
		}
		checkCount(filters);
		List<ShareableFilter> parsed = parse(filters);
		new Request(channel, opened, parsed.size(),
				(i) -> this.engine.unsubscribe(opened.session(), opened.connection(), parsed.get(i)) ? 0
						: ReasonCode.NO_SUBSCRIPTION_EXISTED.code(),
				(reasonCodes) -> opened.connection().unsubscribeAcknowledgement(packetId, reasonCodes))
			.run();
	}

	/**
	 * The filters of a packet, which may be some thousand, one after the other: whenever
	 * that takes long, the other clients of the event loop have their turn.
	 */
	private final class Request {

		private final ChannelHandlerContext context;

		private final Guard guard;

		private final OpenConnection opened;

		private final int count;

		private final IntUnaryOperator filter;

		private final Consumer<List<Integer>> answer;

		private final List<Integer> reasonCodes;

		/**
		 * @param filter does what is asked for the filter of a number, and returns the
		 * reason code
		 * @param answer takes the reason codes of all
		 */
		Request(Channel channel, OpenConnection opened, int count, IntUnaryOperator filter,
				Consumer<List<Integer>> answer) {
			this.context = channel.pipeline().context(Guard.class);
			this.guard = channel.pipeline().get(Guard.class);
			this.opened = opened;
			this.count = count;
			this.filter = filter;
			this.answer = answer;
			this.reasonCodes = new ArrayList<>(count);
			this.guard.filtersDue(count);
		}

		/** Under the lock of the client id. */
		void run() {
			while (this.reasonCodes.size() < this.count) {
				if (this.opened.session().isBehind()) {
					this.guard.pauseUntil(this.context, durable(), this::goOn);
					return;
				}
				if (this.guard.isTimeSliceOver()) {
					this.guard.giveWay(this.context, this::goOn);
					return;
				}
				this.reasonCodes.add(this.filter.applyAsInt(this.reasonCodes.size()));
			}
			durable().whenComplete((done, failure) -> this.opened.connection().execute(() -> answer(failure)));
		}

		private CompletionStage<Void> durable() {
			return Subscriptions.this.engine.durable(this.opened.session());
		}

		private void answer(@Nullable Throwable failure) {
			if (failure == null) {
				this.answer.accept(this.reasonCodes);
				this.guard.filtersAnswered(this.context, this.count);
			}
			else {
				this.opened.connection().fail(failure);
			}
		}

		private void goOn() {
			Lock lock = Subscriptions.this.engine.locks().of(this.opened.session().id().value());
			lock.lock();
			try {
				run();
			}
			catch (Throwable ex) {
				this.context.pipeline().fireExceptionCaught(ex);
			}
			finally {
				lock.unlock();
			}
			if (this.reasonCodes.size() == this.count) {
				this.guard.resume(this.context);
			}
		}

	}

}
