package io.heliograph.broker.moquette;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;

/**
 * Reads nothing while auto-read is off. Netty's decoders ask for more by themselves as
 * long as what they got makes no whole message, or none for the handlers behind them, as
 * a PING of a WebSocket.
 */
@Sharable
final class ReadGate extends ChannelOutboundHandlerAdapter {

	static final ReadGate INSTANCE = new ReadGate();

	private ReadGate() {
	}

	/** Reads once more, though auto-read is off. On the event loop of the channel. */
	static void readOnce(ChannelPipeline pipeline) {
		pipeline.context(INSTANCE).read();
	}

	@Override
	public void read(ChannelHandlerContext context) {
		if (context.channel().config().isAutoRead()) {
			context.read();
		}
	}

}
