package io.heliograph.audit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.heliograph.web.Problem;

/**
 * Where a page begins: with the rows that are before an offset in a file, and those in
 * the files before.
 *
 * @param file the number of the file
 * @param offset in bytes
 */
record AuditCursor(long file, long offset) {

	/** That of the newest page. */
	static final AuditCursor NEWEST = new AuditCursor(Long.MAX_VALUE, Long.MAX_VALUE);

	private static final Pattern TEXT = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

	static AuditCursor parse(String text) {
		Matcher cursor = TEXT.matcher(text);
		if (!cursor.matches()) {
			throw Problem.INVALID_VALUE
				.with("The cursor is not one of this list; give the 'next' of a page, or leave it out.");
		}
		return new AuditCursor(Long.parseLong(cursor.group(1)), Long.parseLong(cursor.group(2)));
	}

	@Override
	public String toString() {
		return this.file + "-" + this.offset;
	}

}
