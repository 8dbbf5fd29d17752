package io.heliograph.broker;

import java.util.Set;

import io.heliograph.mqtt.ClientId;

/** Whom a notification is for. */
public sealed interface Audience {

	/** Whoever has a subscription that matches. */
	Audience SUBSCRIBERS = new Subscribers();

	/** Whoever has a subscription that matches. */
	record Subscribers() implements Audience {
	}

	/**
	 * Of those who have a subscription that matches, these only.
	 *
	 * @param clients the client ids
	 * @param hold whether those who have none are waited for, until the message expires
	 */
	record Only(Set<ClientId> clients, boolean hold) implements Audience {
	}

}
