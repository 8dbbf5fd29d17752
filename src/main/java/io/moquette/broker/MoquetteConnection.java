package io.moquette.broker;

import io.netty.handler.codec.mqtt.MqttMessage;
import org.jspecify.annotations.Nullable;

/** Moquette's half of a connection. On the event loop of its channel. */
public final class MoquetteConnection {

	/**
	 * The handler that Moquette adds to each pipeline of 3.1.1 to repeat messages by a
	 * timer.
	 */
	public static final String RESENDER = "inflightResender";

	private final MQTTConnection connection;

	private final SessionRegistry registry;

	MoquetteConnection(MQTTConnection connection, SessionRegistry registry) {
		this.connection = connection;
		this.registry = registry;
	}

	/**
	 * Lets Moquette handle a packet.
	 * @throws RuntimeException if it fails at it; the connection must be closed then
	 */
	public void handle(MqttMessage message) {
		this.connection.handleMessage(message);
	}

	/** Tells it that the connection is gone, and removes what it knows of it. */
	public void lost(@Nullable String clientId) {
		this.connection.handleConnectionLost();
		Session session = (clientId != null) ? this.registry.retrieve(clientId) : null;
		// one that was cut off while it opened is left behind
		if (session != null && session.isBoundTo(this.connection)) {
			this.registry.remove(session);
		}
	}

}
