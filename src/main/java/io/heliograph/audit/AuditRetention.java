package io.heliograph.audit;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.NavigableSet;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes the files whose rows are too old or too many, but never the last one. */
final class AuditRetention {

	private static final Logger logger = LoggerFactory.getLogger(AuditRetention.class);

	private final AuditFiles files;

	private final AuditSettings settings;

	private final Clock clock;

	AuditRetention(AuditFiles files, AuditSettings settings, Clock clock) {
		this.files = files;
		this.settings = settings;
		this.clock = clock;
	}

	/** Whether a file spans as much time as one does. */
	boolean isComplete(long number) throws IOException {
		Instant before = this.clock.instant().minus(this.settings.fileAge());
		return this.files.first(number).filter((first) -> first.at().isBefore(before)).isPresent();
	}

	void run() throws IOException {
		NavigableSet<Long> numbers = this.files.numbers();
		long total = 0;
		for (long number : numbers) {
			total += this.files.size(number);
		}
		numbers.pollLast();
		Instant oldest = this.clock.instant().minus(this.settings.maxAge());
		for (long number : numbers) {
			long size = this.files.size(number);
			if (total > this.settings.maxSize().toBytes() || isOlder(number, oldest)) {
				this.files.delete(number);
				total -= size;
				logger.info("{} is deleted: the audit log is kept for {} days and up to {} bytes",
						this.files.path(number), this.settings.maxAge().toDays(), this.settings.maxSize().toBytes());
			}
		}
	}

	private boolean isOlder(long number, Instant oldest) throws IOException {
		return this.files.last(number).filter((last) -> last.at().isBefore(oldest)).isPresent();
	}

}
