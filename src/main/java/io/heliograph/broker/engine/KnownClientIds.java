package io.heliograph.broker.engine;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongPredicate;

import io.heliograph.broker.ClientIds;
import io.heliograph.broker.KnownClient;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/** Whose client ids are, with their sessions. Thread-safe. */
public final class KnownClientIds implements ClientIds {

	private final ClientOwners owners;

	private final SessionTable sessions;

	private final StripedLocks locks;

	private final SessionLifetimes lifetimes;

	private final Journal journal;

	KnownClientIds(ClientOwners owners, SessionTable sessions, StripedLocks locks, SessionLifetimes lifetimes,
			Journal journal) {
		this.owners = owners;
		this.sessions = sessions;
		this.locks = locks;
		this.lifetimes = lifetimes;
		this.journal = journal;
	}

	@Override
	public Optional<KnownClient> known(ClientId id) {
		return this.owners.find(id);
	}

	@Override
	public List<KnownClient> after(String id, int limit) {
		return this.owners.after(id, limit);
	}

	@Override
	public void assign(ClientId id, @Nullable Long ownerId) {
		this.locks.run(id.value(), () -> {
			this.owners.assign(id, ownerId);
			Session session = this.sessions.get(id);
			if (session != null && !Objects.equals(session.client().userId(), ownerId)) {
				this.lifetimes.endConnection(session, null);
			}
		});
		this.journal.durable().join();
	}

	@Override
	public boolean forget(ClientId id) {
		boolean known = this.locks.call(id.value(), () -> {
			Session session = this.sessions.get(id);
			if (session != null && !this.lifetimes.endConnection(session, 0L)) {
				this.lifetimes.end(session);
			}
			return this.owners.forget(id);
		});
		this.journal.durable().join();
		return known;
	}

	/** A user is gone for good: its client ids are nobody's. */
	public void forgetOf(long userId) {
		forgetOf((user) -> user == userId);
		this.journal.durable().join();
	}

	/**
	 * Users are gone for good, as some may be at a start: the process may have ended
	 * between the two. Does not wait for the disk.
	 */
	void forgetOf(LongPredicate gone) {
		for (KnownClient client : this.owners.of(gone)) {
			Long owner = client.ownerId();
			if (owner != null) {
				// who disconnects at this moment would bring it back
				this.locks.run(client.id().value(), () -> this.owners.forget(client.id(), owner));
			}
		}
	}

}
