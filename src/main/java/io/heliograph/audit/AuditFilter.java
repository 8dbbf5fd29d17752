package io.heliograph.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Which rows are wanted; null for all.
 *
 * @param action an action, or the part before a dot of several
 * @param target a target, or the part before a slash of several
 * @param from the first moment that is wanted
 * @param to the first moment after that is not
 */
record AuditFilter(@Nullable String actor, @Nullable String action, @Nullable String target, @Nullable Instant from,
		@Nullable Instant to) {

	boolean takes(AuditEntry entry) {
		return (this.actor == null || entry.actor().equals(this.actor)) && isOf(entry.action(), this.action, ".")
				&& isOf(entry.target(), this.target, "/") && (this.from == null || !entry.at().isBefore(this.from))
				&& (this.to == null || entry.at().isBefore(this.to));
	}

	/** What stands in the line of each row that is taken, and in few others. */
	List<byte[]> marks() {
		List<byte[]> marks = new ArrayList<>();
		addMark("actor", this.actor, marks);
		addMark("action", this.action, marks);
		addMark("target", this.target, marks);
		return marks;
	}

	private static void addMark(String field, @Nullable String wanted, List<byte[]> marks) {
		if (wanted != null) {
			marks.add(AuditRow.beginning(field, wanted));
		}
	}

	private static boolean isOf(String value, @Nullable String wanted, String separator) {
		return wanted == null || value.equals(wanted) || value.startsWith(wanted + separator);
	}

}
