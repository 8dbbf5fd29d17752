package io.heliograph.broker.engine;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

import io.heliograph.broker.Queued;
import io.heliograph.broker.Queues;
import io.heliograph.broker.SessionView;
import io.heliograph.broker.Sessions;
import io.heliograph.broker.Slice;
import io.heliograph.broker.Slice.Cursor;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/** The sessions by client id. Thread-safe. */
public final class SessionTable implements Sessions, Queues {

	private final ConcurrentMap<ClientId, Session> sessions = new ConcurrentHashMap<>();

	private final StripedLocks locks;

	private final QueuedCopies queued;

	/**
	 * @param locks what guards each session
	 */
	SessionTable(StripedLocks locks, QueuedCopies queued) {
		this.locks = locks;
		this.queued = queued;
	}

	@Nullable Session get(ClientId id) {
		return this.sessions.get(id);
	}

	void put(Session session) {
		this.sessions.put(session.id(), session);
	}

	void remove(Session session) {
		this.sessions.remove(session.id(), session);
	}

	void forEach(Consumer<Session> action) {
		this.sessions.values().forEach(action);
	}

	@Override
	public Optional<SessionView> find(ClientId client) {
		return Optional.ofNullable(this.sessions.get(client)).map(this::view);
	}

	@Override
	public List<SessionView> all() {
		return this.sessions.values()
			.stream()
			.map(this::view)
			.sorted(Comparator.comparing(SessionView::client))
			.toList();
	}

	private SessionView view(Session session) {
		return this.locks.call(session.id().value(), session::view);
	}

	@Override
	public boolean disconnect(ClientId client) {
		Session session = this.sessions.get(client);
		return session != null && session.disconnect(ReasonCode.ADMINISTRATIVE_ACTION);
	}

	@Override
	public Slice<Queued> of(ClientId client, @Nullable Cursor from, int limit) {
		Session session = this.sessions.get(client);
		return (session != null) ? this.queued.of(session, from, limit) : new Slice<>(List.of(), null);
	}

}
