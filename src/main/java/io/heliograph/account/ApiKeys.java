package io.heliograph.account;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.heliograph.account.Administration.Described;
import io.heliograph.account.secret.GeneratedSecret;
import io.heliograph.account.secret.PasswordHash;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Changes API keys, in the database and in the {@link KeyRing}. Thread-safe; a change is
 * durable when its method returns.
 */
@Component
final class ApiKeys {

	private final JdbcClient jdbc;

	private final Administration administration;

	private final UserDirectory users;

	private final KeyRing ring;

	private final Clock clock;

	ApiKeys(JdbcClient jdbc, Administration administration, UserDirectory users, KeyRing ring, Clock clock) {
		this.jdbc = jdbc;
		this.administration = administration;
		this.users = users;
		this.ring = ring;
		this.clock = clock;
	}

	/**
	 * Adds a key.
	 * @param wanted the key, without number and secrets
	 * @throws NoSuchOwner if its owner is gone
	 */
	Issued add(Caller caller, ApiKey wanted) {
		return this.administration.change(caller, () -> {
			if (this.users.byId(wanted.ownerId()) == null) {
				throw new NoSuchOwner();
			}
			return issue(insert(wanted));
		}, (issued) -> Stream.of(described("api-key.create", issued.key.id(), null, issued.key)),
				(issued) -> this.ring.put(issued.key));
	}

	/**
	 * Adds a secret to those of a key, which go on to count.
	 * @return empty if there is no such key
	 * @throws TooManySecrets if it has two already
	 */
	Optional<Issued> addSecret(Caller caller, long id) {
		return this.administration.change(caller, () -> this.ring.find(id).map(this::issue),
				(issued) -> issued.stream()
					.map((added) -> described("api-key-secret.create", id, present(id), added.key)),
				(issued) -> issued.ifPresent((added) -> this.ring.put(added.key)));
	}

	/**
	 * Removes a secret, which does not count from here on.
	 * @return empty if there is no such key or secret
	 * @throws OnlySecret if it has no other
	 */
	Optional<ApiKey> removeSecret(Caller caller, long id, long secretId) {
		return this.administration.change(caller,
				() -> this.ring.find(id)
					.filter((key) -> key.hasSecret(secretId))
					.map((key) -> withoutSecret(key, secretId)),
				(changed) -> changed.stream().map((key) -> described("api-key-secret.delete", id, present(id), key)),
				(changed) -> changed.ifPresent(this.ring::put));
	}

	/**
	 * Removes a key, which does not count from here on; returns whether there was one.
	 */
	boolean delete(Caller caller, long id) {
		return this.administration.change(caller,
				() -> this.jdbc.sql("delete from api_keys where id = :id").param("id", id).update() > 0,
				(deleted) -> deleted ? Stream.of(described("api-key.delete", id, present(id), null)) : Stream.empty(),
				(deleted) -> {
					if (deleted) {
						this.ring.remove(id);
					}
				});
	}

	private @Nullable ApiKey present(long id) {
		return this.ring.find(id).orElse(null);
	}

	private Described described(String action, long id, @Nullable ApiKey before, @Nullable ApiKey after) {
		return new Described(action, "api-keys/" + id, view(before), view(after));
	}

	private @Nullable ApiKeyView view(@Nullable ApiKey key) {
		return (key != null) ? ApiKeyView.of(key, this.users, this.ring) : null;
	}

	private ApiKey insert(ApiKey wanted) {
		Instant now = now();
		Instant expiresAt = wanted.expiresAt();
		long id = this.jdbc.sql("""
				select id from final table (
					insert into api_keys (name, owner_id, scopes, topics, created_at, expires_at)
					values (:name, :ownerId, :scopes, :topics, :createdAt, :expiresAt))""")
			.param("name", wanted.name())
			.param("ownerId", wanted.ownerId())
			.param("scopes", wanted.scopes().stream().map(KeyScope::name).toArray(String[]::new))
			.param("topics", wanted.topics().stream().map(TopicFilter::value).toArray(String[]::new))
			.param("createdAt", now.atOffset(ZoneOffset.UTC))
			.param("expiresAt", (expiresAt != null) ? expiresAt.atOffset(ZoneOffset.UTC) : null)
			.query(Long.class)
			.single();
		return new ApiKey(id, wanted.name(), wanted.ownerId(), wanted.scopes(), wanted.topics(), now, expiresAt,
				List.of());
	}

	private Issued issue(ApiKey key) {
		if (key.secrets().size() >= ApiKey.MAX_SECRETS) {
			throw new TooManySecrets();
		}
		String token = GeneratedSecret.apiKey(String.valueOf(key.id()));
		PasswordHash hash = PasswordHash.of(token);
		Instant now = now();
		long id = this.jdbc.sql("""
				select id from final table (
					insert into api_key_secrets (key_id, hash, created_at) values (:keyId, :hash, :createdAt))""")
			.param("keyId", key.id())
			.param("hash", hash.text())
			.param("createdAt", now.atOffset(ZoneOffset.UTC))
			.query(Long.class)
			.single();
		List<Password> secrets = new ArrayList<>(key.secrets());
		secrets.add(new Password(id, hash, now));
		return new Issued(key.withSecrets(List.copyOf(secrets)), id, token);
	}

	private ApiKey withoutSecret(ApiKey key, long secretId) {
		if (key.secrets().size() == 1) {
			throw new OnlySecret();
		}
		this.jdbc.sql("delete from api_key_secrets where id = :id").param("id", secretId).update();
		return key.withSecrets(key.secrets().stream().filter((secret) -> secret.id() != secretId).toList());
	}

	/** Writes when keys were last used. Within a change. */
	void writeUses(Map<Long, Instant> uses) {
		uses.forEach((id, at) -> this.jdbc.sql("update api_keys set last_used_at = :at where id = :id")
			.param("at", at.truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC))
			.param("id", id)
			.update());
	}

	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
	}

	/** The keys of a user are gone with it. */
	@EventListener
	@Order(0)
	void on(LoginsRevoked event) {
		if (event.deleted()) {
			this.ring.of(event.userId()).forEach((key) -> this.ring.remove(key.id()));
		}
	}

	/**
	 * A key with a new secret.
	 *
	 * @param token the secret, which nobody else knows yet
	 */
	record Issued(ApiKey key, long secretId, String token) {

		/** Nothing secret. */
		@Override
		public String toString() {
			return "Issued[" + this.key.id() + "]";
		}

	}

	/** The owner is gone. */
	static final class NoSuchOwner extends RuntimeException {

	}

	/** The key has as many secrets as it may. */
	static final class TooManySecrets extends RuntimeException {

	}

	/** The key has no other secret. */
	static final class OnlySecret extends RuntimeException {

	}

}
