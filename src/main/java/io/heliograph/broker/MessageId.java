package io.heliograph.broker;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The id of a message, a UUIDv7: it grows from one to the next in this process, and
 * begins behind those of the ledger. It is no secret.
 *
 * @param value the UUID
 */
public record MessageId(UUID value) {

	/**
	 * Milliseconds in the upper 48 bits of the last id, a counter in the 12 below the
	 * version.
	 */
	private static final AtomicLong LAST = new AtomicLong();

	/**
	 * Returns a new id; when the clock stands or goes back, the last id is counted on.
	 * @param millis milliseconds since the epoch
	 */
	public static MessageId next(long millis) {
		long ticket = LAST.updateAndGet((last) -> Math.max(last + 1, millis << 12));
		long most = ((ticket >>> 12) << 16) | 0x7000L | (ticket & 0xfff);
		long least = (ThreadLocalRandom.current().nextLong() >>> 2) | 0x8000_0000_0000_0000L;
		return new MessageId(new UUID(most, least));
	}

	/**
	 * Ids that are made from here on come behind one that is in the store, though the
	 * clock was set back before the process began.
	 */
	public static void countFrom(MessageId last) {
		long most = last.value().getMostSignificantBits();
		LAST.accumulateAndGet(((most >>> 16) << 12) | (most & 0xfff), Math::max);
	}

	@Override
	public String toString() {
		return this.value.toString();
	}

}
