package io.heliograph.account;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.heliograph.account.secret.GeneratedSecret;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The API keys of this moment, in memory. Thread-safe; {@link ApiKeys} keeps it up to
 * date.
 */
@Component
final class KeyRing {

	private static final Pattern NUMBER = Pattern.compile("hgk_([0-9]{1,18})_.*");

	private final Clock clock;

	private final ConcurrentNavigableMap<Long, ApiKey> byId = new ConcurrentSkipListMap<>();

	/** When keys were last used, also before the start. */
	private final ConcurrentMap<Long, Instant> lastUses = new ConcurrentHashMap<>();

	/** Those of {@link #lastUses} that are not in the database yet. */
	private final Unwritten<Instant> unwrittenUses = new Unwritten<>();

	KeyRing(JdbcClient jdbc, Clock clock) {
		this.clock = clock;
		Map<Long, List<Password>> secrets = new HashMap<>();
		jdbc.sql("select id, key_id, hash, created_at from api_key_secrets order by id").query((row) -> {
			secrets.computeIfAbsent(row.getLong("key_id"), (key) -> new ArrayList<>(1)).add(Password.of(row));
		});
		jdbc.sql("select id, name, owner_id, scopes, topics, created_at, expires_at, last_used_at from api_keys")
			.query((row) -> {
				long id = row.getLong("id");
				OffsetDateTime expiresAt = row.getObject("expires_at", OffsetDateTime.class);
				OffsetDateTime lastUse = row.getObject("last_used_at", OffsetDateTime.class);
				EnumSet<KeyScope> scopes = EnumSet.noneOf(KeyScope.class);
				texts(row.getArray("scopes").getArray()).map(KeyScope::valueOf).forEach(scopes::add);
				put(new ApiKey(id, row.getString("name"), row.getLong("owner_id"), scopes,
						texts(row.getArray("topics").getArray()).map(TopicFilter::new).toList(),
						row.getObject("created_at", OffsetDateTime.class).toInstant(),
						(expiresAt != null) ? expiresAt.toInstant() : null,
						List.copyOf(secrets.getOrDefault(id, List.of()))));
				if (lastUse != null) {
					this.lastUses.put(id, lastUse.toInstant());
				}
			});
	}

	private static Stream<String> texts(Object array) {
		return Stream.of((Object[]) array).map(String::valueOf);
	}

	Optional<ApiKey> find(long id) {
		return Optional.ofNullable(this.byId.get(id));
	}

	/** Returns keys in the order of their numbers, from behind a number on. */
	List<ApiKey> after(long id, int limit) {
		return this.byId.tailMap(id, false).values().stream().limit(limit).toList();
	}

	/** Returns the key that a token names, whether or not it is one that counts. */
	@Nullable ApiKey named(String token) {
		Matcher number = NUMBER.matcher(token);
		return (GeneratedSecret.looksGenerated(token) && number.matches())
				? this.byId.get(Long.parseLong(number.group(1))) : null;
	}

	/** Returns the key and the secret that a token is, expired or not, or null. */
	@Nullable Use use(String token) {
		ApiKey key = named(token);
		if (key == null) {
			return null;
		}
		byte[] bytes = token.getBytes(StandardCharsets.US_ASCII);
		for (Password secret : key.secrets()) {
			if (secret.hash().matches(bytes)) {
				return new Use(key, secret.id());
			}
		}
		return null;
	}

	/** A key was used, by one who may. */
	void used(long id) {
		Instant now = this.clock.instant();
		this.lastUses.put(id, now);
		this.unwrittenUses.put(id, now);
		if (!this.byId.containsKey(id)) {
			forgetUses(id);
		}
	}

	private void forgetUses(long id) {
		this.lastUses.remove(id);
		this.unwrittenUses.remove(id);
	}

	boolean hasExpired(ApiKey key) {
		return key.hasExpired(this.clock.instant());
	}

	/** Returns the key of a use that would still count, or null. */
	@Nullable ApiKey counting(long id, long secretId) {
		ApiKey key = this.byId.get(id);
		return (key != null && !hasExpired(key) && key.hasSecret(secretId)) ? key : null;
	}

	/** Returns when a key was last used, or null for never. */
	@Nullable Instant lastUse(long id) {
		return this.lastUses.get(id);
	}

	/** The uses that are to be written. */
	Unwritten<Instant> unwrittenUses() {
		return this.unwrittenUses;
	}

	void put(ApiKey key) {
		this.byId.put(key.id(), key);
	}

	void remove(long id) {
		this.byId.remove(id);
		forgetUses(id);
	}

	/** Returns the keys of a user. */
	Collection<ApiKey> of(long ownerId) {
		return this.byId.values().stream().filter((key) -> key.ownerId() == ownerId).toList();
	}

	/**
	 * A token that is one of a key's.
	 *
	 * @param secretId which secret of the key it is
	 */
	record Use(ApiKey key, long secretId) {
	}

}
