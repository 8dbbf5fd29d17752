package io.heliograph.account;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.heliograph.account.Administration.Described;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Changes bans, in the database and in the {@link BanList}. Thread-safe; a change is
 * durable when its method returns.
 */
@Component
final class Bans {

	private final JdbcClient jdbc;

	private final Administration administration;

	private final BanList list;

	private final ApplicationEventPublisher events;

	private final Clock clock;

	Bans(JdbcClient jdbc, Administration administration, BanList list, ApplicationEventPublisher events, Clock clock) {
		this.jdbc = jdbc;
		this.administration = administration;
		this.list = list;
		this.events = events;
		this.clock = clock;
	}

	/**
	 * Adds a ban, and ends the connections that it covers.
	 * @throws CoversCaller if it would keep out who asks for it
	 */
	Ban add(Caller caller, Ban.Kind kind, String subject, @Nullable String reason, @Nullable Instant expiresAt) {
		boolean coversCaller = switch (kind) {
			case USER -> subject.equals(caller.name());
			case NETWORK -> Network.parse(subject).contains(caller.address());
			case CLIENT_ID -> false;
		};
		if (coversCaller) {
			throw new CoversCaller();
		}
		List<Long> expired = this.list.expired();
		return this.administration.change(caller, () -> {
			delete(expired);
			return insert(kind, subject, reason, caller.name(), expiresAt);
		}, (ban) -> Stream.of(new Described("ban.create", "bans/" + ban.id(), null, BanView.of(ban))), (ban) -> {
			this.list.remove(expired);
			this.list.put(ban);
			this.events.publishEvent(
					new Banned("the " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " '" + subject + "'"));
		});
	}

	/** Removes a ban; returns whether there was one of this number. */
	boolean delete(Caller caller, long id) {
		Ban present = this.list.find(id).orElse(null);
		return present != null && this.administration.change(caller, () -> delete(List.of(id)) > 0, (deleted) -> deleted
				? Stream.of(new Described("ban.delete", "bans/" + id, BanView.of(present), null)) : Stream.empty(),
				(deleted) -> this.list.remove(List.of(id)));
	}

	private int delete(List<Long> ids) {
		return ids.stream()
			.mapToInt((id) -> this.jdbc.sql("delete from bans where id = :id").param("id", id).update())
			.sum();
	}

	private Ban insert(Ban.Kind kind, String subject, @Nullable String reason, String createdBy,
			@Nullable Instant expiresAt) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
		long id = this.jdbc.sql("""
				select id from final table (
					insert into bans (kind, subject, reason, created_by, created_at, expires_at)
					values (:kind, :subject, :reason, :createdBy, :createdAt, :expiresAt))""")
			.param("kind", kind.name())
			.param("subject", subject)
			.param("reason", reason)
			.param("createdBy", createdBy)
			.param("createdAt", now.atOffset(ZoneOffset.UTC))
			.param("expiresAt", (expiresAt != null) ? expiresAt.atOffset(ZoneOffset.UTC) : null)
			.query(Long.class)
			.single();
		return new Ban(id, kind, subject, reason, createdBy, now, expiresAt);
	}

	/** Who asks for the ban would be kept out by it. */
	static final class CoversCaller extends RuntimeException {

	}

}
