package io.heliograph.broker.rows;

import java.time.Instant;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.store.KeyRange;

/**
 * A time at which something is to be done for a notification, as it stands in
 * {@link Families#DUE}.
 *
 * @param at when
 * @param kind what
 * @param id the id of the message
 */
public record DueRow(Instant at, Kind kind, MessageId id) {

	private static final int ROUTE = 0;

	private static final int EXPIRE = 1;

	private static final int WITHDRAW = 2;

	/** No time is so late. */
	private static final long AT_A_START = Long.MAX_VALUE;

	/** Something of a notification may have been withdrawn, and something not yet. */
	public static DueRow withdrawal(MessageId id) {
		return new DueRow(Instant.ofEpochMilli(AT_A_START), Kind.WITHDRAW, id);
	}

	public byte[] key() {
		int kind = switch (this.kind) {
			case ROUTE -> ROUTE;
			case EXPIRE -> EXPIRE;
			case WITHDRAW -> WITHDRAW;
		};
		RowWriter row = new RowWriter(25).number64(this.at.toEpochMilli()).number8(kind);
		return MessageRow.writeId(row, this.id).toBytes();
	}

	public static DueRow ofKey(byte[] key) {
		RowReader row = new RowReader(key);
		Instant at = Instant.ofEpochMilli(row.number64());
		Kind kind = switch (row.number8()) {
			case ROUTE -> Kind.ROUTE;
			case WITHDRAW -> Kind.WITHDRAW;
			default -> Kind.EXPIRE;
		};
		return new DueRow(at, kind, MessageRow.readId(row));
	}

	/** The keys of withdrawals that were not at their end. */
	public static KeyRange withdrawals() {
		return KeyRange.startingWith(new RowWriter(9).number64(AT_A_START).number8(WITHDRAW).toBytes());
	}

	/** The keys of what is due at this time. */
	public static KeyRange dueAt(Instant now) {
		return new KeyRange(new byte[0], new RowWriter(8).number64(now.toEpochMilli() + 1).toBytes());
	}

	/** What is to be done. */
	public enum Kind {

		/** It was published for later: it is routed. */
		ROUTE,

		/** It is of no use any more. */
		EXPIRE,

		/** It is withdrawn: a start goes on with that. */
		WITHDRAW

	}

}
