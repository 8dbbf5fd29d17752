package io.heliograph.broker.engine;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;

import io.heliograph.account.MqttClient;
import io.heliograph.broker.KnownClient;
import io.heliograph.broker.engine.ClientIdSettings.ClientIdOwnership;
import io.heliograph.broker.rows.ClientRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * Whose client ids are, in memory and in the store. Thread-safe; what is about one client
 * id is done under its lock. What it stores is durable with the next stage of the
 * journal.
 */
final class ClientOwners {

	/** In the place of a user's id, which begin at 1. */
	private static final long ANONYMOUS = 0;

	private final ClientIdSettings settings;

	private final Clock clock;

	private final Journal journal;

	private final ConcurrentNavigableMap<String, KnownClient> known = new ConcurrentSkipListMap<>();

	private final ConcurrentMap<Long, AtomicInteger> counts = new ConcurrentHashMap<>();

	ClientOwners(ClientIdSettings settings, Clock clock, Journal journal) {
		this.settings = settings;
		this.clock = clock;
		this.journal = journal;
	}

	/**
	 * Whether a client id belongs to another user, and that counts.
	 * @param session whose session there is of it, or null; that of an id which the
	 * server chose is its user's, though the id is not
	 */
	boolean isOfAnother(MqttClient client, @Nullable MqttClient session) {
		if (this.settings.clientIdOwnership() == ClientIdOwnership.ANY) {
			return false;
		}
		KnownClient owned = this.known.get(client.id().value());
		if (owned != null) {
			return !Objects.equals(owned.ownerId(), client.userId());
		}
		return session != null && !Objects.equals(session.userId(), client.userId());
	}

	/** Whether it is longer than any may be; all that come are kept. */
	boolean isTooLong(ClientId id) {
		return id.value().getBytes(StandardCharsets.UTF_8).length > this.settings.maxClientIdBytes();
	}

	/** Whether a user has as many client ids as it may, and this would be one more. */
	boolean isTooMany(MqttClient client) {
		return !this.known.containsKey(client.id().value())
				&& count(client.userId()).get() >= this.settings.maxClientIdsPerUser();
	}

	private AtomicInteger count(@Nullable Long ownerId) {
		return this.counts.computeIfAbsent((ownerId != null) ? ownerId : ANONYMOUS, (id) -> new AtomicInteger());
	}

	/** A client id was stored when the server started. */
	void recovered(KnownClient client) {
		this.known.put(client.id().value(), client);
		count(client.ownerId()).incrementAndGet();
	}

	/**
	 * A client is connected; its client id is its user's if it was nobody's.
	 * @return whether it is from here on, so that it must be durable
	 */
	boolean connected(MqttClient client) {
		Instant now = this.clock.instant();
		KnownClient before = this.known.get(client.id().value());
		if (before == null) {
			put(new KnownClient(client.id(), client.userId(), now, now));
		}
		else {
			put(new KnownClient(before.id(), before.ownerId(), Objects.requireNonNullElse(before.firstSeen(), now),
					now));
		}
		return before == null;
	}

	/** A client is not connected any more. */
	void disconnected(ClientId id) {
		KnownClient before = this.known.get(id.value());
		if (before != null) {
			put(new KnownClient(id, before.ownerId(), before.firstSeen(), this.clock.instant()));
		}
	}

	void assign(ClientId id, @Nullable Long ownerId) {
		KnownClient before = this.known.get(id.value());
		put(new KnownClient(id, ownerId, (before != null) ? before.firstSeen() : null,
				(before != null) ? before.lastSeen() : null));
	}

	private void put(KnownClient client) {
		KnownClient before = this.known.put(client.id().value(), client);
		if (before == null || !Objects.equals(before.ownerId(), client.ownerId())) {
			count(client.ownerId()).incrementAndGet();
			if (before != null) {
				count(before.ownerId()).decrementAndGet();
			}
		}
		this.journal.store((batch) -> batch.put(Families.CLIENT, ClientRow.key(client.id()), ClientRow.value(client)));
	}

	/** Returns whether it was known. */
	boolean forget(ClientId id) {
		KnownClient before = this.known.remove(id.value());
		if (before != null) {
			count(before.ownerId()).decrementAndGet();
			this.journal.store((batch) -> batch.delete(Families.CLIENT, ClientRow.key(id)));
		}
		return before != null;
	}

	/** Forgets one if it is of a user, who is gone for good. */
	void forget(ClientId id, long ownerId) {
		KnownClient known = this.known.get(id.value());
		if (known != null && Objects.equals(known.ownerId(), ownerId)) {
			forget(id);
			this.counts.computeIfPresent(ownerId, (owner, count) -> (count.get() == 0) ? null : count);
		}
	}

	/** Those that belong to a user for whom a condition holds. Any thread. */
	List<KnownClient> of(LongPredicate user) {
		return this.known.values()
			.stream()
			.filter((client) -> client.ownerId() != null && user.test(client.ownerId()))
			.toList();
	}

	Optional<KnownClient> find(ClientId id) {
		return Optional.ofNullable(this.known.get(id.value()));
	}

	List<KnownClient> after(String id, int limit) {
		return this.known.tailMap(id, false).values().stream().limit(limit).toList();
	}

}
