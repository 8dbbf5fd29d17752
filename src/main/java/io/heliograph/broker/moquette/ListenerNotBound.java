package io.heliograph.broker.moquette;

/** A listener could not be opened. */
final class ListenerNotBound extends RuntimeException {

	ListenerNotBound(ListenerSettings listener, Throwable cause) {
		super("The MQTT listener '" + listener.displayName() + "' cannot listen on " + listener.bindAddress() + ":"
				+ listener.effectivePort() + " ("
				+ ((cause.getMessage() != null) ? cause.getMessage() : cause.getClass().getSimpleName())
				+ "). Stop what uses the port, or set "
				+ "heliograph.listeners[n].port or .bind-address to another one.", cause);
	}

}
