package io.heliograph.broker;

/** What has become of a delivery so far. */
public enum Fate {

	/** It waits for a session, or for a subscription that matches. */
	HELD(false),

	/** It is in the queue of a session or of a shared group. */
	QUEUED(false),

	/**
	 * It was written to the connection; of QoS 0 there is no more to come. Of QoS 1 and 2
	 * it is never stored: when the connection ends it is QUEUED again.
	 */
	SENT(true),

	/** The device has acknowledged it. */
	ACKED(true),

	/** It was of no use any more. */
	EXPIRED(true),

	/** A newer one with the same collapse key took its place. */
	SUPERSEDED(true),

	/** It was withdrawn. */
	RECALLED(true),

	/** The rules do not let the client read the topic. */
	DENIED(true),

	/** It was given up, for the reason that stands beside it. */
	DROPPED(true);

	private final boolean terminal;

	Fate(boolean terminal) {
		this.terminal = terminal;
	}

	/** Whether it stays so for ever, as it is stored. */
	public boolean terminal() {
		return this.terminal;
	}

}
