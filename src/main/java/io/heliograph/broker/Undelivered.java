package io.heliograph.broker;

import java.util.Map;

/** What was not delivered. Thread-safe; nothing blocks. */
public interface Undelivered {

	/** Returns how many copies there were of each cause since the start. */
	Map<String, Long> counts();

}
