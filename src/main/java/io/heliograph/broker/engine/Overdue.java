package io.heliograph.broker.engine;

import java.time.Duration;
import java.time.Instant;

/**
 * When to look again at what has expired and may not be ended yet, since the device may
 * have it.
 */
final class Overdue {

	private static final Duration SHORTEST = Duration.ofMinutes(1);

	private static final Duration LONGEST = Duration.ofHours(1);

	private Overdue() {
	}

	/**
	 * After as long a time as it is overdue: a device that stays away is no work.
	 */
	static Instant lookAgain(Instant expiredAt, Instant now) {
		Duration since = Duration.between(expiredAt, now);
		if (since.compareTo(LONGEST) > 0) {
			return now.plus(LONGEST);
		}
		return now.plus((since.compareTo(SHORTEST) < 0) ? SHORTEST : since);
	}

}
