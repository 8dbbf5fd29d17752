package io.heliograph.audit;

import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A row of the audit log: an {@link AuditEvent} with its number and time.
 *
 * @param id grows from row to row, and is never used again; some may be left out
 * @param at when it was appended
 */
public record AuditEntry(long id, Instant at, String actor, @Nullable String apiKey, @Nullable String address,
		String action, String target, @Nullable JsonNode before, @Nullable JsonNode after) {

	/** What is read from a damaged file may lack anything. */
	public AuditEntry {
		Objects.requireNonNull(at);
		Objects.requireNonNull(actor);
		Objects.requireNonNull(action);
		Objects.requireNonNull(target);
	}

}
