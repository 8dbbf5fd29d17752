package io.heliograph.broker.engine;

import java.nio.ByteBuffer;

import io.heliograph.broker.Slice.Cursor;
import io.heliograph.broker.rows.SentBefore;

/**
 * How far the listing of a queue is.
 *
 * @param part the part of the queue that it is in
 * @param number the number in it from which on it goes on
 * @param position the position of what comes next
 * @param sent how far it was sent when the listing began: what is sent meanwhile keeps
 * its place
 */
record QueueCursor(int part, long number, long position, SentBefore sent) {

	private static final int BYTES = 1 + 4 * Long.BYTES;

	/** The beginning of a queue. */
	static QueueCursor start(SentBefore sent) {
		return new QueueCursor(0, 0, 1, sent);
	}

	/** The same at another place. */
	QueueCursor at(int part, long number, long position) {
		return new QueueCursor(part, number, position, this.sent);
	}

	Cursor cursor() {
		return new Cursor(ByteBuffer.allocate(BYTES)
			.put((byte) this.part)
			.putLong(this.number)
			.putLong(this.position)
			.putLong(this.sent.high())
			.putLong(this.sent.normal())
			.array());
	}

	/**
	 * Reads what may come from anybody.
	 * @throws IllegalArgumentException if it is none
	 */
	static QueueCursor of(Cursor cursor) {
		if (cursor.key().length != BYTES) {
			throw new IllegalArgumentException("no cursor of a queue has " + cursor.key().length + " bytes");
		}
		ByteBuffer bytes = ByteBuffer.wrap(cursor.key());
		QueueCursor read = new QueueCursor(bytes.get(), bytes.getLong(), bytes.getLong(),
				new SentBefore(bytes.getLong(), bytes.getLong()));
		boolean negative = read.part < 0 || read.number < 0 || read.position < 1 || read.sent.high() < 0
				|| read.sent.normal() < 0;
		if (negative) {
			throw new IllegalArgumentException("a cursor of a queue has no negative numbers");
		}
		return read;
	}

}
