package io.heliograph.audit;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.heliograph.web.Page;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * Reads the rows that are on the disk, the newest first, beside who writes and deletes
 * them. Thread-safe.
 */
@Component
final class AuditReader {

	private static final Logger logger = LoggerFactory.getLogger(AuditReader.class);

	/** How much of the files is gone through for a page, and a row more, in bytes. */
	static final int MOST_EXAMINED = 64 * 1024 * 1024;

	/** How much of that is parsed, and may be in the page, in bytes. */
	static final int MOST_PARSED = 2 * 1024 * 1024;

	private final AuditFiles files;

	private final AuditLog log;

	/** The files that were said to be damaged. */
	private final Set<Long> damaged = ConcurrentHashMap.newKeySet();

	AuditReader(AuditFiles files, AuditLog log) {
		this.files = files;
		this.log = log;
	}

	/** Returns a page, which may be short or empty though another one follows. */
	Page<AuditEntry> read(AuditFilter filter, AuditCursor cursor, int limit) throws IOException {
		long forced = this.log.forced();
		NavigableSet<Long> numbers = this.files.numbers().headSet(cursor.file(), true);
		List<AuditEntry> found = new ArrayList<>();
		List<byte[]> marks = filter.marks();
		long examined = 0;
		long parsed = 0;
		for (long number : numbers.descendingSet()) {
			try (LinesBackwards lines = open(number, cursor)) {
				long end = lines.position();
				for (byte[] line = lines.next(); line != null; line = lines.next()) {
					if (holdsAll(line, marks)) {
						AuditEntry entry = parse(line, number);
						if (entry != null && entry.id() <= forced && filter.takes(entry)) {
							found.add(entry);
						}
						parsed += line.length;
					}
					examined += end - lines.position();
					end = lines.position();
					if (found.size() == limit || parsed >= MOST_PARSED || examined >= MOST_EXAMINED) {
						boolean isLast = lines.position() == 0 && number == numbers.first();
						return new Page<>(found, isLast ? null : new AuditCursor(number, lines.position()).toString());
					}
				}
			}
			catch (NoSuchFileException ex) {
				// it was deleted meanwhile, and those before it are deleted first
			}
		}
		return new Page<>(found, null);
	}

	private static boolean holdsAll(byte[] line, List<byte[]> marks) {
		for (byte[] mark : marks) {
			if (!holds(line, mark)) {
				return false;
			}
		}
		return true;
	}

	private static boolean holds(byte[] line, byte[] mark) {
		for (int i = 0; i <= line.length - mark.length; i++) {
			if (Arrays.equals(line, i, i + mark.length, mark, 0, mark.length)) {
				return true;
			}
		}
		return false;
	}

	private LinesBackwards open(long number, AuditCursor cursor) throws IOException {
		return new LinesBackwards(this.files.path(number),
				(number == cursor.file()) ? cursor.offset() : Long.MAX_VALUE);
	}

	private @Nullable AuditEntry parse(byte[] line, long number) {
		AuditEntry entry = AuditRow.parse(line);
		if (entry == null && this.damaged.add(number)) {
			logger.warn("The file {} of the audit log is damaged; what cannot be read is left out",
					this.files.path(number));
		}
		return entry;
	}

}
