package io.heliograph.broker.engine;

/** Why a client may not open the session of its client id. */
public enum Refusal {

	/** It belongs to another user. */
	OF_ANOTHER_USER,

	/** Its user has as many client ids as it may. */
	TOO_MANY_CLIENT_IDS

}
