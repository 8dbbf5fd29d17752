package io.heliograph.broker.store;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.DurationStyle;

/**
 * When a store brings to the disk what was committed.
 *
 * @param interval how much time there is between two times at least; zero if each batch
 * is brought there before its stage completes, null if only {@link Store#close()} does it
 */
public record SyncMode(@Nullable Duration interval) {

	private static final Duration LONGEST = Duration.ofHours(1);

	/** What is committed is on the disk. */
	public static final SyncMode ALWAYS = new SyncMode(Duration.ZERO);

	/** What is committed is on the disk once the operating system has written it. */
	public static final SyncMode OFF = new SyncMode(null);

	public SyncMode {
		if (interval != null && (interval.isNegative() || interval.compareTo(LONGEST) > 0)) {
			throw new IllegalArgumentException("an interval of " + interval + " is not from 0 to 1 hour");
		}
	}

	/**
	 * Reads it as it stands in the settings: always, off, or a time such as 5s.
	 * @throws IllegalArgumentException if it is none of these
	 */
	static SyncMode parse(String text) {
		return switch (text) {
			case "always" -> ALWAYS;
			// YAML reads off as false
			case "off", "false" -> OFF;
			default -> every(DurationStyle.detectAndParse(text, ChronoUnit.SECONDS));
		};
	}

	private static SyncMode every(Duration interval) {
		if (interval.compareTo(Duration.ofMillis(1)) < 0) {
			throw new IllegalArgumentException("no time");
		}
		return new SyncMode(interval);
	}

	boolean isAlways() {
		return this.interval != null && this.interval.isZero();
	}

	/** The promise, for the log. */
	String promise() {
		if (this.interval == null) {
			return "What is acknowledged survives the end of this process, and may be lost at a power loss "
					+ "(heliograph.persistence.sync is off)";
		}
		if (this.interval.isZero()) {
			return "What is acknowledged is on the disk";
		}
		return "What is acknowledged is on the disk after " + time(this.interval)
				+ "; up to that much may be lost at a power loss";
	}

	private static String time(Duration time) {
		return (time.toMillisPart() != 0) ? time.toMillis() + " ms" : time.toSeconds() + " s";
	}

}
