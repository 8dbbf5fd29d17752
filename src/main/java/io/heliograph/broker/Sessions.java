package io.heliograph.broker;

import java.util.List;
import java.util.Optional;

import io.heliograph.mqtt.ClientId;

/**
 * The sessions there are. Thread-safe; waits for what is happening to a session at the
 * moment, and for no device.
 */
public interface Sessions {

	Optional<SessionView> find(ClientId client);

	/** Returns all sessions in the order of their client ids. */
	List<SessionView> all();

	/**
	 * Asks to end the connection of a session; the session goes on if it is kept.
	 * @return whether it was connected
	 */
	boolean disconnect(ClientId client);

}
