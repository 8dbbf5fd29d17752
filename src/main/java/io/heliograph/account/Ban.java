package io.heliograph.account;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Keeps somebody out.
 *
 * @param id its number, never used again
 * @param kind by what
 * @param subject the client id, the user's name or the network
 * @param reason why, for those who look at it; or null
 * @param createdBy the name of the user who made it
 * @param createdAt when
 * @param expiresAt from when on it does not count any more, or null for never
 */
record Ban(long id, Kind kind, String subject, @Nullable String reason, String createdBy, Instant createdAt,
		@Nullable Instant expiresAt) {

	boolean hasExpired(Instant now) {
		return this.expiresAt != null && !now.isBefore(this.expiresAt);
	}

	/** By what somebody is kept out. */
	enum Kind {

		CLIENT_ID,

		/** By name, whoever has it. */
		USER,

		NETWORK

	}

}
