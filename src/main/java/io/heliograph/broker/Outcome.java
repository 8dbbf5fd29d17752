package io.heliograph.broker;

/** What became of what was handed to the broker. */
public sealed interface Outcome {

	/**
	 * It was taken.
	 *
	 * @param copies how many sessions it matched
	 */
	record Routed(int copies) implements Outcome {
	}

	/**
	 * Its once-key is known, and it was not taken again.
	 *
	 * @param first the id of the one that was
	 * @param same whether that was the same, by its fingerprint
	 */
	record Repeated(MessageId first, boolean same) implements Outcome {
	}

	/** It was not taken and nobody gets it, because the disk has no room for it. */
	record Refused() implements Outcome {
	}

	/** It was not taken and nobody gets it, because the broker is not open. */
	record Closed() implements Outcome {
	}

}
