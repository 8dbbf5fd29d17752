package io.heliograph.broker.moquette;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

import io.heliograph.mqtt.ReasonCode;
import io.heliograph.web.Origin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Lets only requests through that open a WebSocket for MQTT. A browser says from which
 * page it comes: pages of other sites must not use a broker that the browser can reach
 * and they cannot.
 */
final class WebSocketGate extends SimpleChannelInboundHandler<FullHttpRequest> {

	static final String PATH = "/mqtt";

	static final String SUBPROTOCOLS = "mqtt,mqttv3.1";

	private static final List<String> KNOWN = List.of(SUBPROTOCOLS.split(","));

	private final List<String> allowedOrigins;

	private final ConnectionLog log;

	WebSocketGate(List<String> allowedOrigins, ConnectionLog log) {
		super(false);
		this.allowedOrigins = allowedOrigins;
		this.log = log;
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
		String path = request.uri().split("\\?", 2)[0];
		HttpHeaders headers = request.headers();
		if (!path.equals(PATH)) {
			answer(context, request, HttpResponseStatus.NOT_FOUND, "MQTT is at the path /mqtt.");
		}
		else if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
			answer(context, request, HttpResponseStatus.UPGRADE_REQUIRED, "Open a WebSocket here.");
		}
		else if (!originAllowed(headers.get(HttpHeaderNames.ORIGIN), headers.get(HttpHeaderNames.HOST))) {
			// a browser shows the answer to nobody
			this.log.refused(context.channel(), null, ReasonCode.NOT_AUTHORIZED, "pages of "
					+ headers.get(HttpHeaderNames.ORIGIN) + " may not connect; see the listener's allowed-origins");
			answer(context, request, HttpResponseStatus.FORBIDDEN,
					"Pages of this origin may not connect; see the listener's allowed-origins.");
		}
		else if (!asksForMqtt(headers)) {
			answer(context, request, HttpResponseStatus.BAD_REQUEST, "Ask for the WebSocket subprotocol mqtt.");
		}
		else {
			context.fireChannelRead(request);
		}
	}

	private boolean originAllowed(@Nullable String origin, @Nullable String host) {
		return origin == null || this.allowedOrigins.contains(origin)
				|| (host != null && new Origin(origin).isSameHost(host) && isNoName(host));
	}

	/**
	 * A name can be made to lead here by whoever owns it, after a browser has loaded a
	 * page of its.
	 */
	private static boolean isNoName(String host) {
		String address = host.replaceFirst(":\\d*$", "");
		return address.equals("localhost") || NetUtil.isValidIpV4Address(address)
				|| NetUtil.isValidIpV6Address(address.replaceAll("^\\[|\\]$", ""));
	}

	private static boolean asksForMqtt(HttpHeaders headers) {
		return headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)
			.stream()
			.flatMap((header) -> Arrays.stream(header.split(",")))
			.map(String::strip)
			.anyMatch(KNOWN::contains);
	}

	private static void answer(ChannelHandlerContext context, FullHttpRequest request, HttpResponseStatus status,
			String sentence) {
		request.release();
		ByteBuf body = Unpooled.copiedBuffer(sentence + "\n", StandardCharsets.UTF_8);
		FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
		response.headers()
			.set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
			.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
			.set(HttpHeaderNames.CONNECTION, "close");
		context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
	}

}
