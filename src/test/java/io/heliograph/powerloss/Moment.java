package io.heliograph.powerloss;

/** When the server sent something, as the log tells once there is one. */
@FunctionalInterface
interface Moment {

	int NEVER_LINE = Integer.MAX_VALUE;

	Moment NEVER = (wire) -> NEVER_LINE;

	/** The line of the log, or {@link #NEVER_LINE}. */
	int line(Wire wire);

}
