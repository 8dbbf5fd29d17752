package io.heliograph.broker;

import java.util.List;

import io.heliograph.mqtt.ClientId;

/** What waits for whom. Thread-safe. */
public interface Queues {

	/**
	 * Returns the copies of a session in the order of delivery, none if there is no such
	 * session.
	 */
	List<Queued> of(ClientId client);

}
