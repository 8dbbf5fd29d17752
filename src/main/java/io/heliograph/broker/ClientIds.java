package io.heliograph.broker;

import java.util.List;
import java.util.Optional;

import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * The client ids that are known, and whose they are: of the user whose CONNECT was first
 * accepted with it, until that is changed here. Thread-safe; waits for what is happening
 * to a session at the moment and, where something is changed, until that is durable; for
 * no device.
 */
public interface ClientIds {

	Optional<KnownClient> known(ClientId id);

	/**
	 * Returns client ids in their order, from behind one on; the empty text for all.
	 */
	List<KnownClient> after(String id, int limit);

	/**
	 * Gives a client id to a user, whoever has it; a connection of somebody else ends.
	 * The session and what waits in it stay.
	 * @param ownerId the user's id, or null for the anonymous
	 */
	void assign(ClientId id, @Nullable Long ownerId);

	/**
	 * Forgets a client id, and ends its session: it is the next one's who comes with it.
	 * @return whether it was known
	 */
	boolean forget(ClientId id);

}
