package io.heliograph.broker.rows;

import java.time.Instant;

import io.heliograph.broker.Priority;
import io.heliograph.broker.store.KeyRange;

/**
 * A place in the queue of a session.
 *
 * @param session the number of the session
 * @param priority the lane of the queue
 * @param sequence the number in the lane, from 0 on
 */
public record QueuePlace(long session, Priority priority, long sequence) {

	/** How long a key is. */
	static final int BYTES = 17;

	private static final int HIGH = 0;

	private static final int NORMAL = 1;

	private static final int EXPIRY_BYTES = 8;

	/** The key in {@link Families#QUEUE} and {@link Families#RELEASED}. */
	public byte[] key() {
		return write(new RowWriter(BYTES)).toBytes();
	}

	private RowWriter write(RowWriter row) {
		return row.number64(this.session).number8(lane(this.priority)).number64(this.sequence);
	}

	public static QueuePlace ofKey(byte[] key) {
		return read(new RowReader(key));
	}

	private static QueuePlace read(RowReader row) {
		long session = row.number64();
		return new QueuePlace(session, priority(row.number8()), row.number64());
	}

	private static int lane(Priority priority) {
		return (priority == Priority.HIGH) ? HIGH : NORMAL;
	}

	private static Priority priority(int lane) {
		return switch (lane) {
			case HIGH -> Priority.HIGH;
			case NORMAL -> Priority.NORMAL;
			default -> throw new DamagedRow("there is no lane " + lane);
		};
	}

	/** The key in {@link Families#EXPIRY} of what is of no use from a time on. */
	public byte[] expiryKey(Instant expiresAt) {
		return write(new RowWriter(EXPIRY_BYTES + BYTES).number64(expiresAt.toEpochMilli())).toBytes();
	}

	public static QueuePlace ofExpiryKey(byte[] key) {
		RowReader row = new RowReader(key);
		row.take(EXPIRY_BYTES);
		return read(row);
	}

	/** The keys in {@link Families#EXPIRY} of what is of no use at this time any more. */
	public static KeyRange expiredAt(Instant now) {
		return new KeyRange(new byte[0], new RowWriter(8).number64(now.toEpochMilli() + 1).toBytes());
	}

	/** The keys of a session, in families whose keys begin with its number. */
	public static KeyRange ofSession(long session) {
		return KeyRange.startingWith(new RowWriter(8).number64(session).toBytes());
	}

	/** The keys of a lane from a number on. */
	public static KeyRange ofLane(long session, Priority priority, long from) {
		byte[] lane = new RowWriter(9).number64(session).number8(lane(priority)).toBytes();
		return new KeyRange(new QueuePlace(session, priority, from).key(), KeyRange.after(lane));
	}

}
