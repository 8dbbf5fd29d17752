package io.heliograph.account;

/** What a user may do over HTTP; it gives no right over MQTT. */
enum Role {

	/**
	 * Manages users and rules, publishes to every topic that none of its rules denies.
	 */
	ADMIN,

	/** Looks at everything, changes nothing, publishes nothing. */
	OPERATOR,

	/** Publishes where the rules let it. */
	PUBLISHER

}
