package io.heliograph.broker.store;

import java.time.Instant;

/**
 * Batches that were on the disk and are not there any more, as of a damaged file.
 *
 * @param count how many
 * @param after when the last batch was committed that is still there; the epoch if none
 * is
 * @param until when the last one of them was there
 */
public record MissingBatches(long count, Instant after, Instant until) {

	String sentence() {
		String since = this.after.equals(Instant.EPOCH) ? "the beginning" : this.after.toString();
		String commits = (this.count == 1) ? "1 commit that was on the disk is not there"
				: this.count + " commits that were on the disk are not there";
		return commits + "; what was acknowledged between " + since + " and " + this.until + " may be lost";
	}

}
