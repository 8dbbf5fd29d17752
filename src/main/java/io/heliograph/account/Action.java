package io.heliograph.account;

/** What is done to a topic. */
public enum Action {

	/** Receiving a message. */
	READ,

	/** Publishing one, a will too. */
	WRITE

}
