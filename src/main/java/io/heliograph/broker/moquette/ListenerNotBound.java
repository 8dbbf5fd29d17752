package io.heliograph.broker.moquette;

import java.nio.channels.UnresolvedAddressException;

import io.netty.util.NetUtil;

/** A listener could not be opened. */
final class ListenerNotBound extends RuntimeException {

	ListenerNotBound(ListenerSettings listener, Throwable cause) {
		super("The MQTT listener '" + listener.displayName() + "' cannot listen on "
				+ NetUtil.toSocketAddressString(listener.bindAddress(), listener.effectivePort()) + " (" + reason(cause)
				+ "). If another program or listener uses it, end that; else set "
				+ "heliograph.listeners[n].port, or .bind-address to an address of this machine.", cause);
	}

	private static String reason(Throwable cause) {
		if (cause instanceof UnresolvedAddressException) {
			return "there is no such address";
		}
		return (cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getSimpleName();
	}

}
