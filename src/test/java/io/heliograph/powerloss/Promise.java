package io.heliograph.powerloss;

import java.util.function.Predicate;

/**
 * What must be stored whenever the power is cut in a while: since something was sent, and
 * before it may have changed again.
 *
 * @param what what it is, in words
 * @param from from when on
 * @param until from when on it may not be so any more
 * @param isKept whether it is so
 */
record Promise(String what, Moment from, Moment until, Predicate<StoredRows> isKept) {

	/** The same, with the moments looked up. */
	Standing in(Wire wire) {
		return new Standing(this, this.from.line(wire), this.until.line(wire));
	}

	/** The same from the start of another run of the program on, if nobody changes it. */
	Promise inherited() {
		return new Promise(this.what + " (inherited)", (wire) -> -1, Moment.NEVER, this.isKept);
	}

	/**
	 * A promise in a log.
	 *
	 * @param promise the promise
	 * @param from the line of the log from which on it stands
	 * @param until the line up to which it does
	 */
	record Standing(Promise promise, int from, int until) {

		boolean standsAt(int cut) {
			return this.from < cut && cut <= this.until;
		}

	}

}
