package io.heliograph.broker;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How well what devices are sent is kept. Thread-safe. */
public interface StoreStatus {

	/** What holds for what is acknowledged, as a sentence. */
	String promise();

	/** Why no more is taken, and what to do, or empty if it is taken. */
	Optional<String> problem();

	/** What may be missing, until somebody has seen to it; empty if nothing is. */
	Optional<Missing> missing();

	/** What the store does and takes, by name; empty if nothing outlives the process. */
	Map<String, Object> figures();

	/**
	 * What was on the disk and is not there any more.
	 *
	 * @param lost a sentence for each time that it was seen, with that time
	 * @param remedy what to do so that it is not shown any more, as a sentence
	 */
	record Missing(List<String> lost, String remedy) {
	}

}
