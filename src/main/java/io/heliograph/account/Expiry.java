package io.heliograph.account;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

import io.heliograph.web.Problem;
import org.jspecify.annotations.Nullable;

/** The field expiresAt of a request. */
final class Expiry {

	private static final int LAST_YEAR = 9999;

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
			OffsetDateTime expiry = OffsetDateTime.parse(text);
			if (expiry.getYear() > LAST_YEAR) {
				throw new DateTimeException("not of RFC 3339");
			}
			if (expiry.toInstant().isAfter(now)) {
				return expiry.toInstant();
			}
		}
		catch (DateTimeException ex) {
			throw Problem.INVALID_VALUE
				.with("The value of 'expiresAt' is not valid; give a time as 2026-11-24T12:00:00Z.");
		}
		throw Problem.INVALID_VALUE.with("The time 'expiresAt' is past.");
	}

}
