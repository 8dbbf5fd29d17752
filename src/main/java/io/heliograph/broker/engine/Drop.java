package io.heliograph.broker.engine;

/** Why a copy will not be delivered. */
enum Drop {

	/** Its message was of no use any more. */
	EXPIRED,

	/** The rules do not let the client read the topic. */
	DENIED,

	/** The session's queue was full. */
	QUEUE_FULL,

	/** The packet is larger than the client takes. */
	TOO_LARGE,

	/** The client answered that it does not take it. */
	REFUSED,

	/** QoS 0, and nobody is connected. */
	OFFLINE,

	/** The session ended before it was delivered. */
	SESSION_ENDED

}
