package io.heliograph.broker.moquette;

import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

import io.heliograph.mqtt.ReasonCode;
import io.netty.channel.Channel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.EncoderException;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines that clients cause: of each kind one in a second at most, with the number of
 * those that were left out. What a client chose is written so that it cannot look like a
 * line of ours.
 */
final class ConnectionLog {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionLog.class);

	private final ConcurrentMap<Enum<?>, Limit> refusals = new ConcurrentHashMap<>();

	private final Limit failures = new Limit();

	/**
	 * The client is at fault: its connection is closed.
	 * @param kind the kind of the fault, a reason or return code
	 */
	void refused(Channel channel, @Nullable String clientId, Enum<?> kind, @Nullable String why) {
		Limit limit = this.refusals.computeIfAbsent(kind, (key) -> new Limit());
		if (limit.admits()) {
			logger.info("Closed the connection of {}: {}{}", who(channel, clientId), printable(why), limit.leftOut());
		}
	}

	/** We are at fault: its connection is closed. */
	void failed(Channel channel, @Nullable String clientId, Throwable cause) {
		if (this.failures.admits()) {
			logger.error("Closed the connection of {} because serving it failed{}", who(channel, clientId),
					this.failures.leftOut(), cause);
		}
	}

	/** The network, or something in the pipeline, failed. */
	void lost(Channel channel, @Nullable String clientId, Throwable cause) {
		if (cause instanceof IOException) {
			logger.debug("Lost the connection of {}: {}", who(channel, clientId), cause.getMessage());
		}
		else if ((cause instanceof CodecException && !(cause instanceof EncoderException))
				|| cause instanceof WebSocketHandshakeException) {
			refused(channel, clientId, ReasonCode.MALFORMED_PACKET, cause.getMessage());
		}
		else {
			failed(channel, clientId, cause);
		}
	}

	private static String who(Channel channel, @Nullable String clientId) {
		String from = String.valueOf(channel.remoteAddress());
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

	private static final class Limit {

		private static final long INTERVAL_NANOS = 1_000_000_000;

		private final AtomicLong last = new AtomicLong(System.nanoTime() - INTERVAL_NANOS);

		private final AtomicLong leftOut = new AtomicLong();

		boolean admits() {
			long now = System.nanoTime();
			long before = this.last.get();
			if (now - before >= INTERVAL_NANOS && this.last.compareAndSet(before, now)) {
				return true;
			}
			this.leftOut.incrementAndGet();
			return false;
		}

		String leftOut() {
			long count = this.leftOut.getAndSet(0);
			return (count > 0) ? " (" + count + " lines like this were left out)" : "";
		}

	}

}
