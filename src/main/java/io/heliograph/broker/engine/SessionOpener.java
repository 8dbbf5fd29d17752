package io.heliograph.broker.engine;

import java.util.Objects;
import java.util.function.BooleanSupplier;

import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.broker.Will;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/** Opens sessions for those who connect. Under the lock of the client id. */
final class SessionOpener {

	private final SessionTable sessions;

	private final SessionLifetimes lifetimes;

	private final StoredSessions stored;

	private final Wills wills;

	private final ClientOwners owners;

	private final SessionServices services;

	private final BooleanSupplier diskIsFull;

	SessionOpener(SessionTable sessions, SessionLifetimes lifetimes, StoredSessions stored, Wills wills,
			ClientOwners owners, SessionServices services, BooleanSupplier diskIsFull) {
		this.sessions = sessions;
		this.lifetimes = lifetimes;
		this.stored = stored;
		this.wills = wills;
		this.owners = owners;
		this.services = services;
		this.diskIsFull = diskIsFull;
	}

	/**
	 * Why a client may not open the session of its client id, or null if it may. Under
	 * the lock.
	 * @param assigned whether the server chose the client id
	 */
	@Nullable Reason refusal(MqttClient client, boolean assigned) {
		Session session = this.sessions.get(client.id());
		if (this.owners.isOfAnother(client, (session != null) ? session.client() : null)) {
			return Reason.OTHER_OWNER;
		}
		if (this.owners.isTooLong(client.id())) {
			return Reason.CLIENT_ID_TOO_LONG;
		}
		return (!assigned && this.owners.isTooMany(client)) ? Reason.TOO_MANY_CLIENT_IDS : null;
	}

	/**
	 * Whether the disk has no room for the session that a client asks for: for one that
	 * is new and is to outlive its connection. Under the lock.
	 */
	boolean hasNoRoom(ClientId id, boolean cleanStart, long expirySeconds) {
		Session session = this.sessions.get(id);
		boolean isNew = cleanStart || session == null || !session.kept();
		return expirySeconds > 0 && isNew && this.diskIsFull.getAsBoolean();
	}

	/**
	 * Opens the session of a client, taking it over from the connection before. Under the
	 * lock.
	 */
	OpenedSession open(Opening opening, Link link) {
		ClientId id = opening.client().id();
		Session session = this.sessions.get(id);
		MqttClient before = (session != null) ? session.client() : opening.client();
		boolean writes = claim(opening, before) || (session != null && session.queue != null);
		Will due = null;
		SessionRow without = null;
		if (session != null && (opening.cleanStart() || !session.kept())) {
			this.lifetimes.end(session, opening.cleanStart() ? Ending.CLEAN_START : Ending.of(Drop.SESSION_ENDED));
			session = null;
		}
		boolean present = session != null;
		if (session == null) {
			Long number = (opening.expirySeconds() > 0) ? (Long) this.services.queues().nextNumber() : null;
			session = new Session(opening.client(), this.services, number);
			this.sessions.put(session);
		}
		else {
			due = this.lifetimes.resume(session);
			without = SessionLifetimes.storedRow(session);
		}
		session.client(opening.client());
		session.expirySeconds = opening.expirySeconds();
		session.disconnectedAt = null;
		session.will = opening.will();
		int receiveMaximum = Math.min(opening.receiveMaximum(), this.services.settings().maxInflightMessages());
		session.ahead = StoredQueue.ahead(receiveMaximum);
		int epoch = session.outbound.attach(link, receiveMaximum);
		// first: a crash before the session has its new will must not lose the old one
		this.wills.fire(before, due, without);
		this.stored.connected(session, epoch, receiveMaximum);
		writes |= session.queue != null;
		return new OpenedSession(session, present,
				writes ? this.services.journal().durable() : Journal.NOTHING_TO_WAIT_FOR);
	}

	/**
	 * The client id belongs to who connects, or did before.
	 * @param before whose the session is so far
	 * @return whether that is to be stored
	 */
	private boolean claim(Opening opening, MqttClient before) {
		MqttClient client = opening.client();
		Long userId = client.userId();
		if (!Objects.equals(before.userId(), userId)) {
			this.services.access().tookOver(client, before);
		}
		boolean writes = !opening.assigned() && this.owners.connected(client);
		if (!opening.assigned() && userId != null && !this.services.access().knows(client)) {
			// it was deleted after it was let in, and its other ids then
			this.owners.forget(client.id(), userId);
		}
		return writes;
	}

}
