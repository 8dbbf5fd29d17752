package io.heliograph.audit;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.convert.DurationUnit;
import org.springframework.util.unit.DataSize;

/**
 * How much of the audit log is kept. It is deleted file by file, and a file holds a tenth
 * of both.
 *
 * @param maxAge how old a row becomes; until its file is deleted, a tenth more and a day
 * @param maxSize how much disk all rows take
 */
@ConfigurationProperties("heliograph.audit")
record AuditSettings(@DurationUnit(ChronoUnit.SECONDS) @DefaultValue("400d") Duration maxAge,
		@DefaultValue("100MB") DataSize maxSize) {

	private static final int FILES = 10;

	private static final Duration LONGEST_AGE = Duration.ofDays(36_500);

	AuditSettings {
		if (maxAge.compareTo(Duration.ofDays(1)) < 0 || maxAge.compareTo(LONGEST_AGE) > 0) {
			throw new IllegalArgumentException(
					"max-age is " + DurationStyle.SIMPLE.print(maxAge) + "; give 1d to 36500d, such as 400d.");
		}
		if (maxSize.compareTo(DataSize.ofMegabytes(1)) < 0 || maxSize.compareTo(DataSize.ofTerabytes(1)) > 0) {
			throw new IllegalArgumentException("max-size is " + maxSize + "; give 1MB to 1TB, such as 100MB.");
		}
	}

	/** How much time a file spans. */
	Duration fileAge() {
		return this.maxAge.dividedBy(FILES);
	}

	/** How large a file becomes, in bytes, unless it has one row only. */
	long fileBytes() {
		return this.maxSize.toBytes() / FILES;
	}

}
