package io.heliograph.account;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The bans of this moment, in memory. Thread-safe; {@link Bans} keeps it up to date.
 */
@Component
final class BanList {

	private final Clock clock;

	private volatile Present present;

	BanList(JdbcClient jdbc, Clock clock) {
		this.clock = clock;
		NavigableMap<Long, Ban> bans = new TreeMap<>();
		jdbc.sql("select id, kind, subject, reason, created_by, created_at, expires_at from bans").query((row) -> {
			OffsetDateTime expiresAt = row.getObject("expires_at", OffsetDateTime.class);
			Ban ban = new Ban(row.getLong("id"), Ban.Kind.valueOf(row.getString("kind")), row.getString("subject"),
					row.getString("reason"), row.getString("created_by"),
					row.getObject("created_at", OffsetDateTime.class).toInstant(),
					(expiresAt != null) ? expiresAt.toInstant() : null);
			bans.put(ban.id(), ban);
		});
		this.present = new Present(bans, Map.of());
	}

	Optional<Ban> find(long id) {
		return Optional.ofNullable(this.present.byId.get(id)).filter(this::counts);
	}

	/** Returns bans in the order of their numbers, from behind a number on. */
	List<Ban> after(long id, int limit) {
		return this.present.byId.tailMap(id, false).values().stream().filter(this::counts).limit(limit).toList();
	}

	/** Whether an address is kept out. */
	boolean covers(InetAddress address) {
		Present present = this.present;
		if (present.byNetwork.isEmpty()) {
			return false;
		}
		int all = address.getAddress().length * Byte.SIZE;
		return present.lengths.stream()
			.filter((bits) -> bits <= all)
			.flatMap((bits) -> present.byNetwork.getOrDefault(new Network(address, bits), List.of()).stream())
			.anyMatch(this::counts);
	}

	/** Whether a user is kept out, or the address that it comes from. */
	boolean covers(@Nullable String userName, InetAddress address) {
		return (userName != null && covers(Ban.Kind.USER, userName)) || covers(address);
	}

	/** Whether a client is kept out by any of what it is. */
	boolean covers(MqttClient client) {
		return covers(Ban.Kind.CLIENT_ID, client.id().value()) || covers(client.userName(), client.address());
	}

	/** Whether somebody is kept out by what it is called. */
	boolean covers(Ban.Kind kind, String subject) {
		return this.present.byWho.getOrDefault(new Who(kind, subject), List.of()).stream().anyMatch(this::counts);
	}

	private boolean counts(Ban ban) {
		return !ban.hasExpired(this.clock.instant());
	}

	void put(Ban ban) {
		NavigableMap<Long, Ban> bans = new TreeMap<>(this.present.byId);
		bans.put(ban.id(), ban);
		this.present = new Present(bans, this.present.networks);
	}

	void remove(Collection<Long> ids) {
		NavigableMap<Long, Ban> bans = new TreeMap<>(this.present.byId);
		bans.keySet().removeAll(ids);
		this.present = new Present(bans, this.present.networks);
	}

	/** Returns the numbers of those that have expired, and are in the database still. */
	List<Long> expired() {
		return this.present.byId.values().stream().filter((ban) -> !counts(ban)).map(Ban::id).toList();
	}

	/** By what somebody is banned. */
	private record Who(Ban.Kind kind, String subject) {
	}

	/** The bans of a moment; nothing in it changes. */
	private static final class Present {

		private final NavigableMap<Long, Ban> byId;

		private final Map<Who, List<Ban>> byWho = new HashMap<>();

		/** By the numbers of the bans. */
		private final Map<Long, Network> networks = new HashMap<>();

		private final Map<Network, List<Ban>> byNetwork = new HashMap<>();

		/** Those that the networks have. */
		private final SortedSet<Integer> lengths = new TreeSet<>();

		/**
		 * @param parsed networks of which it is known already how they are read
		 */
		Present(NavigableMap<Long, Ban> byId, Map<Long, Network> parsed) {
			this.byId = byId;
			for (Ban ban : byId.values()) {
				if (ban.kind() == Ban.Kind.NETWORK) {
					Network before = parsed.get(ban.id());
					Network network = (before != null) ? before : Network.parse(ban.subject());
					this.networks.put(ban.id(), network);
					this.lengths.add(network.bits());
					this.byNetwork.computeIfAbsent(network, (key) -> new ArrayList<>(1)).add(ban);
				}
				else {
					this.byWho.computeIfAbsent(new Who(ban.kind(), ban.subject()), (who) -> new ArrayList<>(1))
						.add(ban);
				}
			}
		}

	}

}
