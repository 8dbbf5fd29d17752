package io.heliograph.broker.rows;

import java.nio.charset.StandardCharsets;

import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.mqtt.ShareableFilter;

/**
 * A subscription, as it stands in {@link Families#SUBSCRIPTION}.
 *
 * @param session the number of the session
 * @param filter to what
 * @param options how
 * @param ended whether it has ended, and what came by it is being held again
 */
public record SubscriptionRow(long session, ShareableFilter filter, SubscriptionOptions options, boolean ended) {

	private static final int NO_LOCAL = 0x04;

	private static final int RETAIN_AS_PUBLISHED = 0x08;

	private static final int RETAIN_HANDLING_SHIFT = 4;

	private static final int ENDED = 0x40;

	public byte[] key() {
		return key(this.session, this.filter);
	}

	public static byte[] key(long session, ShareableFilter filter) {
		byte[] text = filter.toString().getBytes(StandardCharsets.UTF_8);
		return new RowWriter(8 + text.length).number64(session).rest(text).toBytes();
	}

	public byte[] value() {
		int flags = this.options.qos().level() | (this.options.noLocal() ? NO_LOCAL : 0)
				| (this.options.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0)
				| (this.options.retainHandling() << RETAIN_HANDLING_SHIFT) | (this.ended ? ENDED : 0);
		return new RowWriter(6).number8(flags).number(this.options.identifier()).toBytes();
	}

	public static SubscriptionRow read(byte[] key, byte[] value) {
		RowReader keyRow = new RowReader(key);
		long session = keyRow.number64();
		ShareableFilter filter = ShareableFilter.parse(RowReader.text(keyRow.rest()));
		RowReader row = new RowReader(value);
		int flags = row.number8();
		return new SubscriptionRow(session, filter,
				new SubscriptionOptions(MessageRow.qos(flags), (flags & NO_LOCAL) != 0,
						(flags & RETAIN_AS_PUBLISHED) != 0, (flags >>> RETAIN_HANDLING_SHIFT) & 3, (int) row.number()),
				(flags & ENDED) != 0);
	}

}
