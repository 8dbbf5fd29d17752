package io.heliograph.broker.moquette;

/** How far a connection is. */
enum Phase {

	/** Waits for CONNECT. */
	NEW,

	/** CONNECT is being answered; packets are held. */
	CONNECTING,

	/** The session is there. */
	OPEN,

	/** Over: what still comes is dropped. */
	CLOSED

}
