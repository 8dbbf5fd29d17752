package io.heliograph.broker.moquette;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.heliograph.mqtt.ReasonCode;
import io.netty.channel.Channel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines that clients cause: of each client and kind one in a second at most, and at
 * its end how many were left out; once there are many such clients, they share. What a
 * client chose is written so that it cannot look like a line of ours. On the event loop
 * of the channel.
 */
final class ConnectionLog {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionLog.class);

	/** How many causes have lines of their own in a second. */
	private static final int MAX_CAUSES = 20;

	/** What was written in the last second: how many lines were left out since. */
	private final ConcurrentMap<Cause, Integer> leftOut = new ConcurrentHashMap<>();

	private final BooleanSupplier engineHasFailed;

	/**
	 * @param engineHasFailed whether nothing can be served any more, of which there is a
	 * line already
	 */
	ConnectionLog(BooleanSupplier engineHasFailed) {
		this.engineHasFailed = engineHasFailed;
	}

	/**
	 * The client is at fault: its connection is closed.
	 * @param kind the kind of the fault, a reason or return code
	 */
	void refused(Channel channel, @Nullable String clientId, Enum<?> kind, @Nullable String why) {
		if (isFirst(channel, new Cause(client(channel, clientId), kind.name()))) {
			logger.info("Closed the connection of {}: {}", who(channel, clientId), printable(why));
		}
	}

	/** We are at fault: its connection is closed. */
	void failed(Channel channel, @Nullable String clientId, Throwable cause) {
		if (this.engineHasFailed.getAsBoolean()) {
			logger.debug("Closed the connection of {} with all others", who(channel, clientId), cause);
		}
		else if (isFirst(channel, new Cause("clients", "serving them failed"))) {
			logger.error("Closed the connection of {} because serving it failed", who(channel, clientId), cause);
		}
	}

	/** Whether no line of this cause was written in the last second. */
	private boolean isFirst(Channel channel, Cause cause) {
		Cause counted = (this.leftOut.containsKey(cause) || this.leftOut.size() < MAX_CAUSES) ? cause
				: new Cause("others", cause.kind);
		boolean first = this.leftOut.merge(counted, 0, (before, none) -> before + 1) == 0;
		if (first) {
			channel.eventLoop().schedule(() -> writeLeftOut(counted), 1, TimeUnit.SECONDS);
		}
		return first;
	}

	private void writeLeftOut(Cause cause) {
		Integer lines = this.leftOut.remove(cause);
		if (lines != null && lines > 0) {
			logger.info("Lines left out about {}: {} of {}", cause.client, lines, cause.kind);
		}
	}

	/** The network, or something in the pipeline, failed. */
	void lost(Channel channel, @Nullable String clientId, Throwable cause) {
		if (cause instanceof IOException) {
			logger.debug("Lost the connection of {}: {}", who(channel, clientId), cause.getMessage());
		}
		else if ((cause instanceof CodecException && !(cause instanceof EncoderException))
				|| cause instanceof WebSocketHandshakeException) {
			refused(channel, clientId, ReasonCode.MALFORMED_PACKET, why(clientId, cause));
		}
		else {
			failed(channel, clientId, cause);
		}
	}

	private static String why(@Nullable String clientId, Throwable cause) {
		if (cause instanceof TooLongFrameException) {
			return "a packet is larger than heliograph.max-packet-size allows (" + cause.getMessage() + ")";
		}
		return (clientId != null) ? String.valueOf(cause.getMessage())
				: "what it sent is not MQTT; it may be TLS or HTTP (" + cause.getMessage() + ")";
	}

	/** With the port. */
	private static String who(Channel channel, @Nullable String clientId) {
		return named(clientId, String.valueOf(channel.remoteAddress()));
	}

	private static String client(Channel channel, @Nullable String clientId) {
		return named(clientId, (channel.remoteAddress() instanceof InetSocketAddress address)
				? address.getAddress().getHostAddress() : "an unknown address");
	}

	private static String named(@Nullable String clientId, String from) {
		return (clientId != null) ? "'" + printable(clientId) + "' at " + from : from;
	}

	static String printable(@Nullable String text) {
		StringBuilder printable = new StringBuilder();
		String value = String.valueOf(text);
		for (int i = 0; i < value.length() && i < 200; i++) {
			char c = value.charAt(i);
			boolean harmless = Character.isLetterOrDigit(c) || (c >= ' ' && c < 0x7f);
			printable.append(harmless ? c : '?');
		}
		return printable.toString();
	}

	/**
	 * What lines are about.
	 *
	 * @param kind the kind of the fault
	 */
	private record Cause(String client, String kind) {
	}

}
