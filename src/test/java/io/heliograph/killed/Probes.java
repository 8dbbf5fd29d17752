package io.heliograph.killed;

/** What is published when all is calm, to see who gets it. */
final class Probes {

	/** Behind all that comes to a device. */
	static final String END = "end";

	private Probes() {
	}

}
