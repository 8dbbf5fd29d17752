package io.heliograph.broker.moquette;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;

/**
 * Reads nothing while auto-read is off. Netty's decoders ask for more by themselves as
 * long as what they got makes no whole message, or none for the handlers behind them, as
 * a PING of a WebSocket. A client that is idle only because it is not read from is read
 * from once, to see whether it is there.
 */
final class AutoReadHandler extends ChannelDuplexHandler {

	/** Whether it was read from once since the last byte came. */
	private boolean asked;

	@Override
	public void read(ChannelHandlerContext context) {
		if (context.channel().config().isAutoRead()) {
			context.read();
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object bytes) {
		this.asked = false;
		context.fireChannelRead(bytes);
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) {
		if (event instanceof IdleStateEvent && !this.asked && !context.channel().config().isAutoRead()) {
			this.asked = true;
			context.read();
		}
		else {
			context.fireUserEventTriggered(event);
		}
	}

}
