package io.heliograph.broker;

/** Why a delivery was given up. */
public enum DropReason {

	/** As much waits in the queue as may. */
	QUEUE_FULL,

	/** The session ended before. */
	SESSION_ENDED,

	/** The client began a new session. */
	CLEAN_START,

	/** The packet is larger than the client takes. */
	TOO_LARGE,

	/** The client answered that it does not take it. */
	REFUSED,

	/** QoS 0, and the client is not connected. */
	OFFLINE,

	/** The server stopped while it was in memory only. */
	RESTART,

	/** The client has no session, and it was not to be held. */
	NO_SESSION,

	/** No subscription of the client matches, and it was not to be held. */
	NOT_SUBSCRIBED

}
