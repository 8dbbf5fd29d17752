package io.heliograph.broker;

import java.util.Map;
import java.util.Optional;

/** How well what devices are sent is kept. Thread-safe. */
public interface StoreStatus {

	/** What holds for what is acknowledged, as a sentence. */
	String promise();

	/** Why no more is taken, and what to do, or empty if it is taken. */
	Optional<String> problem();

	/** What may be missing since the start, or empty if nothing is. */
	Optional<String> missing();

	/** What the store does and takes, by name; empty if nothing outlives the process. */
	Map<String, Object> figures();

}
