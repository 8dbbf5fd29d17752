package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.List;

import io.heliograph.broker.Will;
import io.heliograph.broker.engine.Deadlines.Deadline;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * How long sessions and wills outlive their connections. What is done to a session is
 * done under the lock of its client id, which the caller holds.
 */
final class SessionLifetimes {

	private final SessionTable sessions;

	private final StripedLocks locks;

	private final Deadlines deadlines;

	private final Wills wills;

	private final Handovers handovers;

	private final StoredSessions stored;

	private final ClientOwners owners;

	private final Clock clock;

	SessionLifetimes(SessionTable sessions, StripedLocks locks, Deadlines deadlines, Wills wills, Handovers handovers,
			StoredSessions stored, ClientOwners owners, Clock clock) {
		this.sessions = sessions;
		this.locks = locks;
		this.deadlines = deadlines;
		this.wills = wills;
		this.handovers = handovers;
		this.stored = stored;
		this.owners = owners;
		this.clock = clock;
	}

	/**
	 * Cancels what was to happen to a session that goes on, and takes its will; returns
	 * that if it is due nevertheless.
	 */
	@Nullable Will resume(Session session) {
		cancelDeadlines(session);
		Will will = takeWill(session);
		// of a connection that is taken over; a delayed will is void now
		return (session.connected() && will != null && will.delaySeconds() == 0) ? will : null;
	}

	private void cancelDeadlines(Session session) {
		this.deadlines.cancel(session.expiry);
		this.deadlines.cancel(session.delayedWill);
		session.expiry = null;
		session.delayedWill = null;
	}

	/**
	 * Ends the connection of a session, as who administers wants it; returns whether it
	 * had one.
	 * @param expirySeconds how long the session outlives it, or null to leave that
	 */
	boolean endConnection(Session session, @Nullable Long expirySeconds) {
		Link link = session.outbound.link();
		if (link != null) {
			link.close(ReasonCode.ADMINISTRATIVE_ACTION);
			connectionEnded(session, link, true, expirySeconds);
		}
		return link != null;
	}

	/**
	 * A connection has ended, if it is the session's still.
	 * @param sendWill whether the will is due
	 * @param expirySeconds how long the session outlives it, or null to leave that
	 */
	void connectionEnded(Session session, Link link, boolean sendWill, @Nullable Long expirySeconds) {
		if (session.outbound.link() != link) {
			return;
		}
		int unacknowledged = session.outbound.detach();
		this.owners.disconnected(session.id());
		if (!sendWill) {
			session.will = null;
		}
		if (expirySeconds != null && session.kept()) {
			session.expirySeconds = expirySeconds;
		}
		disconnected(session, unacknowledged);
	}

	/** Its connection has ended, and its will is due if it has one. */
	private void disconnected(Session session, int unacknowledged) {
		if (!session.kept()) {
			end(session);
			return;
		}
		session.disconnectedAt = this.clock.instant();
		this.stored.disconnected(session, unacknowledged);
		schedule(session, session.disconnectedAt);
	}

	/**
	 * A session was stored when the server started: its time runs since its connection
	 * ended.
	 */
	void recovered(Session session, Instant disconnectedAt) {
		boolean isNew = session.disconnectedAt == null;
		session.disconnectedAt = disconnectedAt;
		if (session.kept()) {
			if (isNew) {
				// the time must not begin again at the next start
				this.stored.disconnected(session, 0);
			}
			schedule(session, disconnectedAt);
		}
		else {
			end(session);
		}
	}

	private void schedule(Session session, Instant disconnectedAt) {
		Will will = session.will;
		if (will != null) {
			long delay = Math.min(will.delaySeconds(), session.expirySeconds);
			if (delay == 0) {
				fireWill(session);
			}
			else {
				session.delayedWill = this.deadlines.at(disconnectedAt.plusSeconds(delay),
						(deadline) -> fireDelayed(session, deadline));
			}
		}
		if (session.expirySeconds != Opening.NEVER) {
			session.expiry = this.deadlines.at(disconnectedAt.plusSeconds(session.expirySeconds),
					(deadline) -> expire(session, deadline));
		}
	}

	private void fireWill(Session session) {
		Will will = takeWill(session);
		if (will != null) {
			this.wills.fire(session.client(), will, storedRow(session));
		}
	}

	/** How a session is stored, or null if it is not. */
	static @Nullable SessionRow storedRow(Session session) {
		return (session.queue != null) ? session.row() : null;
	}

	private static @Nullable Will takeWill(Session session) {
		Will will = session.will;
		session.will = null;
		return will;
	}

	/** It may have been cancelled while it waited for the lock, as below. */
	private void fireDelayed(Session session, Deadline deadline) {
		this.locks.run(session.id().value(), () -> {
			if (deadline.equals(session.delayedWill)) {
				fireWill(session);
			}
		});
	}

	private void expire(Session session, Deadline deadline) {
		this.locks.run(session.id().value(), () -> {
			if (deadline.equals(session.expiry)) {
				end(session);
			}
		});
	}

	/** Ends a session, and fires its will. */
	void end(Session session) {
		end(session, Ending.of(Drop.SESSION_ENDED));
	}

	/**
	 * Ends a session, and fires its will. A crash in between leaves a session behind that
	 * is whole but for the will, or none.
	 * @param ending what becomes of what waits in it
	 */
	void end(Session session, Ending ending) {
		if (session.outbound.ended()) {
			// another session of the client id may have its row by now
			return;
		}
		this.sessions.remove(session);
		cancelDeadlines(session);
		List<Subscription> subscriptions = List.copyOf(session.subscriptions.values());
		session.subscriptions.clear();
		List<Copy> left = session.outbound.end();
		fireWill(session);
		this.stored.ended(session, ending);
		this.handovers.ended(session.id(), subscriptions, left);
	}

}
