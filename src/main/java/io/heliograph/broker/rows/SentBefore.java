package io.heliograph.broker.rows;

import io.heliograph.broker.Priority;

/**
 * How far the device of a queue was sent it: the number behind the last one of each lane
 * that was, or may have been. None is lower than that.
 *
 * @param high that of high priority
 * @param normal that of normal priority
 */
public record SentBefore(long high, long normal) {

	public static final SentBefore NOTHING = new SentBefore(0, 0);

	public long of(Priority priority) {
		return (priority == Priority.HIGH) ? this.high : this.normal;
	}

	RowWriter write(RowWriter row) {
		return row.number(this.high).number(this.normal);
	}

	static SentBefore read(RowReader row) {
		return new SentBefore(row.number(), row.number());
	}

}
