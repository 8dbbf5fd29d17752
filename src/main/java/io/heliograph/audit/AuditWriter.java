package io.heliograph.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends rows to the last file, and begins new ones. For one thread, but for
 * {@link #forced()}.
 */
final class AuditWriter implements Closeable {

	private static final Logger logger = LoggerFactory.getLogger(AuditWriter.class);

	private static final Duration BETWEEN_RETENTIONS = Duration.ofDays(1);

	private final AuditFiles files;

	private final AuditSettings settings;

	private final Clock clock;

	private final Opening opening;

	private final AuditRetention retention;

	/** The number of the row that comes next. */
	private long next;

	/** Where rows go; null until one can be created. */
	private @Nullable AuditFile file;

	/** How much of it is on the disk, in bytes. */
	private long forcedLength;

	/** Rows that are in it, and maybe not on the disk. */
	private final List<AuditRow> unforced = new ArrayList<>();

	private volatile long forced;

	private Instant lastRetention;

	/**
	 * Goes on behind the last row. A line that was not written to its end is cut off: its
	 * event was never confirmed.
	 */
	AuditWriter(AuditFiles files, AuditSettings settings, Clock clock, Opening opening) throws IOException {
		this.files = files;
		this.settings = settings;
		this.clock = clock;
		this.opening = opening;
		this.retention = new AuditRetention(files, settings, clock);
		NavigableSet<Long> numbers = files.numbers();
		this.next = numbers.isEmpty() ? 1 : goOn(numbers.last());
		this.forced = this.next - 1;
		this.lastRetention = clock.instant();
		retain();
	}

	/**
	 * Opens the last file; returns the number behind all of its rows, damaged ones too.
	 */
	private long goOn(long number) throws IOException {
		Path path = this.files.path(number);
		AuditFile last = this.opening.open(path);
		this.file = last;
		try (LinesBackwards lines = new LinesBackwards(path, Long.MAX_VALUE)) {
			long damaged = 0;
			long torn = last.length() - lines.position();
			if (torn > 0) {
				last.cut(lines.position());
				damaged++;
				logger.warn("The last row in {} was not written to its end; its {} bytes are cut off", path, torn);
			}
			last.force();
			this.forcedLength = last.length();
			for (byte[] line = lines.next(); line != null; line = lines.next()) {
				AuditEntry entry = AuditRow.parse(line);
				if (entry != null) {
					return entry.id() + damaged + 1;
				}
				damaged++;
			}
			return number + damaged;
		}
	}

	/** The number of the last row that is on the disk. Any thread. */
	long forced() {
		return this.forced;
	}

	/** Writes rows, and confirms each, or says why it was not written. */
	void write(List<AuditRow> rows) {
		for (AuditRow row : rows) {
			try {
				append(row);
			}
			catch (IOException ex) {
				row.written().completeExceptionally(ex);
			}
		}
		force();
	}

	private void append(AuditRow row) throws IOException {
		byte[] line = row.line(this.next);
		AuditFile file = fileFor(line.length);
		long length = file.length();
		try {
			file.append(line);
		}
		catch (IOException ex) {
			cutOff(file, length, ex);
			throw ex;
		}
		this.unforced.add(row);
		this.next++;
	}

	private AuditFile fileFor(int bytes) throws IOException {
		AuditFile present = this.file;
		if (present != null && present.length() > 0 && present.length() + bytes > this.settings.fileBytes()) {
			force();
			present = create();
			retain();
		}
		return (present != null) ? present : create();
	}

	/** What is left of a line must not stand before another. */
	private void cutOff(AuditFile file, long length, IOException failure) {
		try {
			file.cut(length);
		}
		catch (IOException ex) {
			failure.addSuppressed(ex);
			this.next++;
			abandon(failure);
		}
	}

	/** Creates a file, in the place of the present one. */
	private AuditFile create() throws IOException {
		NavigableSet<Long> before = this.files.numbers();
		if (before.remove(this.next)) {
			// it was created, but could not be opened
			this.files.delete(this.next);
		}
		this.files.create(this.next);
		AuditFile created = this.opening.open(this.files.path(this.next));
		AuditFile previous = this.file;
		this.file = created;
		this.forcedLength = 0;
		if (previous != null) {
			previous.close();
		}
		if (!before.isEmpty() && this.files.size(before.last()) == 0) {
			// the disk failed before anything was in it
			this.files.delete(before.last());
		}
		return created;
	}

	private void force() {
		AuditFile present = this.file;
		if (present == null || this.unforced.isEmpty()) {
			return;
		}
		try {
			present.force();
			this.forcedLength = present.length();
			this.forced = this.next - 1;
			long id = this.next - this.unforced.size();
			for (AuditRow row : this.unforced) {
				row.written().complete(id++);
			}
			this.unforced.clear();
		}
		catch (IOException ex) {
			abandon(ex);
		}
	}

	/**
	 * Leaves the present file: when the disk has failed once, a file that is forced again
	 * may lack what it is said to have. What was not confirmed is cut off, and refused
	 * then.
	 */
	void abandon(Throwable failure) {
		logger.error("The audit log cannot be written; a new file is begun", failure);
		AuditFile present = this.file;
		this.file = null;
		if (present != null) {
			try (present) {
				present.cut(this.forcedLength);
			}
			catch (IOException ex) {
				logger.warn("The last rows of a file of the audit log may be of what was refused", ex);
			}
		}
		this.unforced.forEach((row) -> row.written().completeExceptionally(failure));
		this.unforced.clear();
	}

	/** Does what is due. */
	void tick() {
		Duration since = Duration.between(this.lastRetention, this.clock.instant());
		if (since.abs().compareTo(BETWEEN_RETENTIONS) >= 0) {
			retain();
		}
	}

	private void retain() {
		this.lastRetention = this.clock.instant();
		try {
			NavigableSet<Long> numbers = this.files.numbers();
			if (!numbers.isEmpty() && this.retention.isComplete(numbers.last())) {
				create();
			}
			this.retention.run();
		}
		catch (IOException ex) {
			logger.warn("What is old in the audit log cannot be deleted; it is tried again in a day", ex);
		}
	}

	@Override
	public void close() throws IOException {
		if (this.file != null) {
			this.file.close();
		}
	}

	/** Opens a file to append to. */
	interface Opening {

		AuditFile open(Path path) throws IOException;

	}

}
