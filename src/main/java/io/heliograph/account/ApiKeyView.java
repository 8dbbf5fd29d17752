package io.heliograph.account;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/** An API key as it is answered. */
record ApiKeyView(long id, String name, @Nullable String owner, Collection<KeyScope> scopes, List<String> topics,
		Instant createdAt, @Nullable Instant expiresAt, @Nullable Instant lastUsedAt, List<SecretView> secrets) {

	static ApiKeyView of(ApiKey key, UserDirectory users, KeyRing ring) {
		User owner = users.byId(key.ownerId());
		return new ApiKeyView(key.id(), key.name(), (owner != null) ? owner.name() : null, key.scopes(),
				key.topics().stream().map(TopicFilter::value).toList(), key.createdAt(), key.expiresAt(),
				ring.lastUse(key.id()),
				key.secrets().stream().map((secret) -> new SecretView(secret.id(), secret.createdAt())).toList());
	}

	/** A secret of it, of which nothing is shown that could help to guess it. */
	record SecretView(long id, Instant createdAt) {
	}

}
