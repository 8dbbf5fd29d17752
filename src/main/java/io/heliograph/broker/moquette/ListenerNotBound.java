package io.heliograph.broker.moquette;

/** A listener could not be opened. */
final class ListenerNotBound extends RuntimeException {

	ListenerNotBound(ListenerSettings listener, Throwable cause) {
		super("The MQTT listener '" + listener.displayName() + "' cannot listen on " + listener.bindAddress() + ":"
				+ listener.effectivePort() + " ("
				+ ((cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getSimpleName())
				+ "). If another program uses the port, stop that; else set "
				+ "heliograph.listeners[n].port, or .bind-address to an address of this machine.", cause);
	}

}
