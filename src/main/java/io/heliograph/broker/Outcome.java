package io.heliograph.broker;

/** What became of a message that was handed to the {@link Broker}. */
public sealed interface Outcome {

	/**
	 * It was taken.
	 *
	 * @param copies how many sessions it matched
	 */
	record Routed(int copies) implements Outcome {
	}

	/** It was not taken and nobody gets it, because the disk has no room for it. */
	record Refused() implements Outcome {
	}

	/** It was not taken and nobody gets it, because the broker is not open. */
	record Closed() implements Outcome {
	}

}
