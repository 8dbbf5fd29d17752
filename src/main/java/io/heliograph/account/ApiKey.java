package io.heliograph.account;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import io.heliograph.mqtt.Topic;
import io.heliograph.mqtt.TopicFilter;
import org.jspecify.annotations.Nullable;

/**
 * A key by which a program makes HTTP requests in the name of a user.
 *
 * @param id its number, never used again
 * @param name what it is for
 * @param ownerId the user; the key may do nothing that the user may not
 * @param scopes which of that it may do
 * @param topics what it may publish to; empty for whatever its owner may
 * @param createdAt when it was made
 * @param expiresAt from when on it does not count any more, or null for never
 * @param secrets one, or two while one takes the place of the other; the newest is the
 * last
 */
record ApiKey(long id, String name, long ownerId, Set<KeyScope> scopes, List<TopicFilter> topics, Instant createdAt,
		@Nullable Instant expiresAt, List<Password> secrets) {

	/** The most secrets that it may have. */
	static final int MAX_SECRETS = 2;

	boolean hasExpired(Instant now) {
		return this.expiresAt != null && !now.isBefore(this.expiresAt);
	}

	boolean hasSecret(long secretId) {
		return this.secrets.stream().anyMatch((secret) -> secret.id() == secretId);
	}

	/** Whether its own topics let it publish there. */
	boolean covers(Topic topic) {
		return this.topics.isEmpty() || this.topics.stream().anyMatch((filter) -> filter.matches(topic));
	}

	ApiKey withSecrets(List<Password> secrets) {
		return new ApiKey(this.id, this.name, this.ownerId, this.scopes, this.topics, this.createdAt, this.expiresAt,
				secrets);
	}

}
