package io.heliograph.audit;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

import io.heliograph.web.Page;
import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows who changed what, the newest first. */
@RestController
@RequestMapping(path = "/api/admin/audit", produces = MediaType.APPLICATION_JSON_VALUE)
class AuditController {

	private final AuditReader reader;

	AuditController(AuditReader reader) {
		this.reader = reader;
	}

	@GetMapping
	Page<AuditEntry> list(@RequestParam(required = false) @Nullable String cursor,
			@RequestParam(defaultValue = "100") int limit, @RequestParam(required = false) @Nullable String actor,
			@RequestParam(required = false) @Nullable String action,
			@RequestParam(required = false) @Nullable String target,
			@RequestParam(required = false) @Nullable String from, @RequestParam(required = false) @Nullable String to)
			throws IOException {
		AuditFilter filter = new AuditFilter(actor, action, target, instant("from", from), instant("to", to));
		return this.reader.read(filter, (cursor != null) ? AuditCursor.parse(cursor) : AuditCursor.NEWEST,
				Page.limit(limit));
	}

	private static @Nullable Instant instant(String name, @Nullable String text) {
		try {
			return (text != null) ? OffsetDateTime.parse(text).toInstant() : null;
		}
		catch (DateTimeParseException ex) {
			throw Problem.INVALID_VALUE.with("The parameter '" + name + "' is '" + Problem.cut(String.valueOf(text))
					+ "'; give a time as 2026-11-24T12:00:00Z, with its + escaped as %2B if it has one.");
		}
	}

}
