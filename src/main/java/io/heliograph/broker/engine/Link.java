package io.heliograph.broker.engine;

import io.heliograph.mqtt.ReasonCode;

/** The connection of a session, as the engine sees it. */
public interface Link {

	/**
	 * Asks it to call {@link Session#pump} soon on a thread of its own. Any thread; does
	 * not block.
	 */
	void wake();

	/**
	 * Whether a PUBLISH of the copy is not larger than the client takes. Any thread; does
	 * not block.
	 */
	boolean takes(Copy copy);

	/**
	 * Ends it, telling the client why if its version can be told. Any thread; does not
	 * block.
	 */
	void close(ReasonCode reason);

}
