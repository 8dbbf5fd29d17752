package io.heliograph.account;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/** A ban as it is answered; one of client id, user and network is there. */
record BanView(long id, @Nullable String clientId, @Nullable String user, @Nullable String network,
		@Nullable String reason, String createdBy, Instant createdAt, @Nullable Instant expiresAt) {

	static BanView of(Ban ban) {
		return new BanView(ban.id(), subject(ban, Ban.Kind.CLIENT_ID), subject(ban, Ban.Kind.USER),
				subject(ban, Ban.Kind.NETWORK), ban.reason(), ban.createdBy(), ban.createdAt(), ban.expiresAt());
	}

	private static @Nullable String subject(Ban ban, Ban.Kind kind) {
		return (ban.kind() == kind) ? ban.subject() : null;
	}

}
