package io.heliograph.account;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

/** The field expiresAt of a request. */
final class Expiry {

	private Expiry() {
	}

	/**
	 * Reads it.
	 * @param text a time as in RFC 3339, or null for never
	 */
	static @Nullable Instant parse(@Nullable String text, Instant now) {
		if (text == null) {
			return null;
		}
		try {
			Instant expiry = OffsetDateTime.parse(text).toInstant();
			if (expiry.isAfter(now)) {
				return expiry;
			}
		}
		catch (DateTimeException ex) {
			throw Problem.INVALID_VALUE
				.with("The value of 'expiresAt' is not valid; give a time as 2026-11-24T12:00:00Z.");
		}
		throw Problem.INVALID_VALUE.with("The time 'expiresAt' is past.");
	}

}
