package io.heliograph.broker.moquette;

import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** The bytes of MQTT in binary frames; where a frame ends means nothing. */
final class WebSocketFrames extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {

	@Override
	protected void encode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out) {
		out.add(new BinaryWebSocketFrame(bytes.retain()));
	}

	@Override
	protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
		if (frame instanceof TextWebSocketFrame) {
			context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.INVALID_MESSAGE_TYPE))
				.addListener(ChannelFutureListener.CLOSE);
		}
		else {
			out.add(frame.content().retain());
		}
	}

}
