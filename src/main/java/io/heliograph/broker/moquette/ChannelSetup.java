package io.heliograph.broker.moquette;

import io.heliograph.broker.moquette.ListenerSettings.Protocol;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;

/** Builds the pipeline of each connection to one listener. */
final class ChannelSetup extends ChannelInitializer<Channel> {

	private static final int MAX_CLIENT_ID_CHARACTERS = 65_535;

	private static final int MAX_HTTP_BYTES = 8 * 1024;

	/** A frame may hold more than one packet. */
	private static final int FRAME_SLACK_BYTES = 64 * 1024;

	/** How long the other side may take to answer the closing of a WebSocket. */
	private static final long CLOSE_MILLIS = 1000;

	private final Services services;

	private final ListenerSettings listener;

	private final ChannelGroup channels;

	ChannelSetup(Services services, ListenerSettings listener, ChannelGroup channels) {
		this.services = services;
		this.listener = listener;
		this.channels = channels;
	}

	@Override
	protected void initChannel(Channel channel) {
		this.channels.add(channel);
		ChannelPipeline pipeline = channel.pipeline();
		pipeline.addLast(new AutoReadHandler());
		if (this.listener.protocol() == Protocol.WEBSOCKETS) {
			addWebSocket(pipeline);
		}
		Guard guard = new Guard(this.services, this.listener, this.services.moquette().connect(channel));
		pipeline.addLast(new PacketFrameDecoder(guard, this.services.settings().maxPacketBytes()));
		pipeline.addLast(new MqttDecoder(this.services.settings().maxPacketBytes(), MAX_CLIENT_ID_CHARACTERS));
		pipeline.addLast(MqttEncoder.INSTANCE);
		pipeline.addLast(new ConnectDeadline(this.services, guard));
		pipeline.addLast(guard);
	}

	private void addWebSocket(ChannelPipeline pipeline) {
		pipeline.addLast(new HttpServerCodec());
		pipeline.addLast(new HttpObjectAggregator(MAX_HTTP_BYTES));
		pipeline.addLast(new WebSocketGate(this.listener.allowedOrigins(), this.services.log()));
		pipeline.addLast(new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
			.websocketPath(WebSocketGate.PATH)
			.checkStartsWith(true)
			.subprotocols(WebSocketGate.SUBPROTOCOLS)
			.maxFramePayloadLength(this.services.settings().maxPacketBytes() + FRAME_SLACK_BYTES)
			.forceCloseTimeoutMillis(CLOSE_MILLIS)
			.build()));
		pipeline.addLast(new WebSocketFrames());
	}

}
