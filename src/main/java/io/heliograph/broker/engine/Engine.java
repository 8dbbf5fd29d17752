package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Action;
import io.heliograph.account.Decision;
import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.broker.Broker.Withdrawn;
import io.heliograph.broker.Ledger;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.SubscriptionOptions;
import io.heliograph.broker.Undelivered;
import io.heliograph.broker.rows.DamagedRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.ReceivedRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.Store;
import io.heliograph.broker.store.StoreFailed;
import io.heliograph.broker.store.StoreUnusable;
import io.heliograph.mqtt.ClientId;
import io.heliograph.mqtt.ReasonCode;
import io.heliograph.mqtt.ShareableFilter;
import io.heliograph.mqtt.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Looks after sessions and routes messages to them. Thread-safe. What happens to a
 * session is done under the lock of its client id, which the caller holds where it says
 * so; routing takes no such lock.
 */
public final class Engine implements AutoCloseable {

	private static final long SWEEP_SECONDS = 60;

	private static final long EXPIRY_SECONDS = 1;

	private static final long DISK_SECONDS = 1;

	private static final Outcome CLOSED = new Outcome.Closed();

	private final AccessControl access;

	private final Clock clock;

	private final Drops drops = new Drops();

	private final StripedLocks locks = new StripedLocks();

	private final Store store;

	private final Journal journal;

	private final Watches watches = new Watches();

	private final LedgerWriter ledger;

	private final StoredQueues queues;

	private final Notifications notifications;

	private final LedgerReader reader;

	private final Retention retention;

	private final Router router;

	private final SessionServices services;

	private final StoredSessions stored;

	private final Wills wills;

	private final Deadlines deadlines;

	private final SessionTable sessions;

	private final SessionLifetimes lifetimes;

	private final ClientOwners owners;

	private final SessionOpener opener;

	private final KnownClientIds clientIds;

	private final BooleanSupplier diskIsFull;

	private volatile boolean closed;

	private Engine(Store store, EngineSettings settings, AccessControl access, Clock clock, EngineEnvironment around) {
		this.store = store;
		this.access = access;
		this.clock = clock;
		this.diskIsFull = around.diskIsFull();
		this.journal = new Journal(store, around.onFailure());
		SessionServices.Basics basics = new SessionServices.Basics(store, this.journal, settings.sessions(), access,
				this.drops, clock);
		this.owners = new ClientOwners(settings.clientIds(), clock, this.journal);
		this.sessions = new SessionTable(this.locks, new QueuedCopies(store, this.journal));
		this.ledger = new LedgerWriter(store, clock, this.watches);
		SubscriptionIndex index = new MemorySubscriptionIndex();
		this.queues = new StoredQueues(basics, this.ledger, this.sessions::get, index);
		RetainedMessages retained = new MemoryRetainedMessages();
		this.router = new Router(index, retained, basics, this.queues, this.diskIsFull);
		Handovers handovers = new Handovers(this.router, this.queues);
		this.reader = new LedgerReader(store, this.journal, this.sessions::get, this.watches);
		this.retention = new Retention(basics, settings.ledger());
		this.notifications = new Notifications(basics, this.queues, this.router, this.retention, this.diskIsFull);
		this.stored = new StoredSessions(this.journal, this.queues, handovers);
		this.services = new SessionServices(basics, this.queues, handovers);
		this.wills = new Wills(this.router, access, clock);
		this.deadlines = new Deadlines(clock);
		this.lifetimes = new SessionLifetimes(this.sessions, this.locks, this.deadlines, this.wills, handovers,
				this.stored, this.owners, clock);
		this.opener = new SessionOpener(this.sessions, this.lifetimes, this.stored, this.wills, this.owners,
				this.services, this.diskIsFull);
		this.clientIds = new KnownClientIds(this.owners, this.sessions, this.locks, this.lifetimes, this.journal);
		try {
			recover(new Recovery(store, this.queues), index, retained, around.stoppedAt());
		}
		catch (Throwable ex) {
			this.deadlines.close();
			this.journal.close();
			throw ex;
		}
		this.deadlines.every(SWEEP_SECONDS, this::sweep);
		this.deadlines.every(EXPIRY_SECONDS, this::expire);
		// it is logged when that changes, though nothing comes to be refused
		this.deadlines.every(DISK_SECONDS, this::diskIsFull);
	}

	/**
	 * Opens an engine with what is in a store, which it closes when it is closed.
	 * @throws StoreUnusable if what is in it cannot be read; then it is closed
	 */
	static Engine open(Store store, EngineSettings settings, AccessControl access, Clock clock,
			EngineEnvironment around) {
		try {
			return new Engine(store, settings, access, clock, around);
		}
		catch (DamagedRow | IllegalArgumentException ex) {
			store.close();
			throw new StoreUnusable(damage(ex), ex, true);
		}
		catch (StoreFailed ex) {
			store.close();
			throw ex.damaged() ? new StoreUnusable(String.valueOf(ex.getMessage()), ex, true) : ex;
		}
		catch (Throwable ex) {
			// it must be possible to open it again
			store.close();
			throw ex;
		}
	}

	/**
	 * Sessions of users that are gone end, their client ids are nobody's, and what
	 * outlived nothing ends, too.
	 */
	private void recover(Recovery recovery, SubscriptionIndex index, RetainedMessages retained, Instant stoppedAt) {
		recovery.clients(this.owners);
		recovery.retained(retained);
		List<Session> recovered = recovery.sessions(this.services, index);
		this.retention.recover();
		this.notifications.recoverHeld();
		this.notifications.recover();
		this.notifications.recoverWithdrawals();
		recovery.unsubscribed(this.stored::recovered);
		this.journal.start(this.queues::complete);
		recovery.ended()
			.forEach((queue) -> this.queues.clearUp(queue, this.services.handovers(), Ending.of(Drop.SESSION_ENDED)));
		for (Session session : recovered) {
			this.sessions.put(session);
			Instant since = (session.disconnectedAt != null) ? session.disconnectedAt : stoppedAt;
			this.locks.run(session.id().value(), () -> {
				this.lifetimes.recovered(session, since);
				this.router.releaseHeld(session);
			});
		}
		this.queues.groups().rulesChanged();
		revoke();
		this.clientIds.forgetOf((userId) -> !this.access.knowsUser(userId));
	}

	/**
	 * Clients may read other topics than before: what waits for that is on its way from
	 * here on. Any thread; does not wait.
	 */
	public void rulesChanged() {
		this.queues.groups().rulesChanged();
		this.journal.write((batch) -> {
			this.sessions.forEach(this.queues.held()::release);
			return Change.NOTHING;
		});
	}

	private boolean diskIsFull() {
		return this.diskIsFull.getAsBoolean();
	}

	/** Ends what has expired, and does what is due. Any thread; does not wait. */
	void expire() {
		this.queues.removeExpired();
		this.notifications.due();
	}

	/** What to do where something that is stored is not what was written. */
	static String damage(RuntimeException cause) {
		return "What the broker has stored is damaged (" + cause.getMessage()
				+ "); bring back a copy of the data directory, or begin with another one (heliograph.data-dir).";
	}

	/** Forgets what is of no use any more. */
	private void sweep() {
		Instant now = this.clock.instant();
		this.router.removeExpired(now);
		this.retention.run();
		this.queues.groups().rulesChanged();
		this.sessions.forEach((session) -> {
			if (session.queue == null) {
				session.outbound.dropExpired(now);
			}
		});
	}

	/**
	 * From here on no message is taken or passed on, and nothing is due any more. Waits
	 * until all that was taken is durable.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.deadlines.close();
		this.journal.close();
		this.store.close();
	}

	/** Whether it takes nothing any more since its store, or itself, has failed. */
	public boolean hasFailed() {
		return this.journal.hasFailed();
	}

	/** The locks that serialise what happens to a client id. */
	public StripedLocks locks() {
		return this.locks;
	}

	/** What was not delivered, by cause. */
	public Undelivered drops() {
		return this.drops;
	}

	/** The client ids that are known, and whose they are. */
	public KnownClientIds clientIds() {
		return this.clientIds;
	}

	/** What waits for groups. */
	GroupQueues groups() {
		return this.queues.groups();
	}

	/** The sessions there are. */
	public SessionTable sessions() {
		return this.sessions;
	}

	/** Publishes notifications, as {@link Broker#publish} says. */
	CompletionStage<List<Outcome>> notify(List<Notification> batch) {
		return this.closed ? CompletableFuture.completedFuture(closed(batch)) : this.notifications.publish(batch);
	}

	/** Withdraws a notification, as {@link Broker#withdraw} says. */
	CompletionStage<Withdrawn> withdraw(MessageId id) {
		return this.notifications.withdraw(id);
	}

	/** What has become of notifications. */
	Ledger ledger() {
		return this.reader;
	}

	private static List<Outcome> closed(List<?> batch) {
		return batch.stream().map((one) -> CLOSED).toList();
	}

	/** Publishes messages that are in no ledger. */
	public CompletionStage<List<Outcome>> publish(List<Message> batch) {
		return publish(batch, null);
	}

	/**
	 * Publishes what a device sent.
	 * @param from its session
	 * @param packetIds the packet id of each that has QoS 2, 0 for the others: those that
	 * are taken are known from here on, the others are forgotten
	 */
	public CompletionStage<List<Outcome>> publish(List<Message> batch, Session from, List<Integer> packetIds) {
		MqttClient client = from.client();
		return publishOf(batch, from, packetIds).whenComplete((outcomes, failure) -> {
			for (int i = 0; outcomes != null && i < outcomes.size(); i++) {
				if (outcomes.get(i) instanceof Outcome.Refused) {
					this.access.refused(Refusal.publish(client, batch.get(i).topic(), Reason.DISK_FULL));
				}
			}
		});
	}

	private CompletionStage<List<Outcome>> publishOf(List<Message> batch, Session from, List<Integer> packetIds) {
		if (!hasQos2(packetIds)) {
			return publish(batch, null);
		}
		StoredQueue queue = from.queue;
		BiConsumer<Batch, List<Outcome>> also = (store, outcomes) -> {
			for (int i = 0; i < outcomes.size(); i++) {
				if (packetIds.get(i) != 0 && isTaken(outcomes, i) && queue != null && !queue.ended()) {
					store.put(Families.RECEIVED, new ReceivedRow(queue.session(), packetIds.get(i)).key(),
							Families.NOTHING);
				}
			}
		};
		// before anybody is told, and goes on with the session in another connection
		return publish(batch, (queue != null) ? also : null).whenComplete((outcomes, failure) -> {
			for (int i = 0; i < packetIds.size(); i++) {
				if (packetIds.get(i) != 0 && (outcomes == null || !isTaken(outcomes, i))) {
					from.forget(packetIds.get(i));
				}
			}
		});
	}

	private static boolean hasQos2(List<Integer> packetIds) {
		for (int packetId : packetIds) {
			if (packetId != 0) {
				return true;
			}
		}
		return false;
	}

	private static boolean isTaken(List<Outcome> outcomes, int i) {
		return outcomes.get(i) instanceof Outcome.Routed;
	}

	private CompletionStage<List<Outcome>> publish(List<Message> batch,
			@Nullable BiConsumer<Batch, List<Outcome>> also) {
		if (this.closed) {
			return CompletableFuture.completedFuture(closed(batch));
		}
		try {
			List<SharedMessage> shared = new ArrayList<>(batch.size());
			for (Message message : batch) {
				shared.add(SharedMessage.of(message));
			}
			return this.router.route(shared, also);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedFuture(ex);
		}
	}

	/** Completes when all that was done so far is durable. */
	public CompletionStage<Void> durable() {
		return this.journal.durable();
	}

	/**
	 * Completes when all that was done to a session so far is durable, and what is
	 * retained for its subscriptions, too; at once if it is not stored.
	 */
	public CompletionStage<Void> durable(Session session) {
		if (session.queue == null) {
			return Journal.NOTHING_TO_WAIT_FOR;
		}
		return durable()
			.thenCompose((done) -> session.hasRetainedDue() ? durable(session) : Journal.NOTHING_TO_WAIT_FOR);
	}

	/**
	 * Whether a client that publishes to a topic may, by the rules of the moment; a
	 * refusal is counted.
	 */
	public boolean mayWrite(MqttClient client, Topic topic) {
		Decision decision = this.access.decide(client, Action.WRITE, topic);
		if (!decision.allowed()) {
			this.access.refused(Refusal.publish(client, topic, decision));
		}
		return decision.allowed();
	}

	/**
	 * Whether the user of a client is there, and enabled: else what it sends does not
	 * count.
	 */
	public boolean isEnabled(MqttClient client) {
		return this.access.enabled(client);
	}

	/**
	 * Why a client may not open the session of its client id, or null if it may. Under
	 * the lock.
	 * @param assigned whether the server chose the client id
	 */
	public @Nullable Reason refusal(MqttClient client, boolean assigned) {
		return this.opener.refusal(client, assigned);
	}

	/**
	 * Whether the disk has no room for the session that a client asks for: for one that
	 * is new and is to outlive its connection. Under the lock.
	 */
	public boolean hasNoRoom(ClientId id, boolean cleanStart, long expirySeconds) {
		return this.opener.hasNoRoom(id, cleanStart, expirySeconds);
	}

	/**
	 * Opens the session of a client, taking it over from the connection before. Under the
	 * lock.
	 */
	public OpenedSession open(Opening opening, Link link) {
		return this.opener.open(opening, link);
	}

	/**
	 * A connection ended. Takes the lock itself.
	 * @param sendWill whether the will is due
	 * @param expirySeconds the session expiry interval of DISCONNECT, or null to leave it
	 */
	public void connectionEnded(Session session, Link link, boolean sendWill, @Nullable Long expirySeconds) {
		this.locks.run(session.id().value(),
				() -> this.lifetimes.connectionEnded(session, link, sendWill, expirySeconds));
	}

	/**
	 * Subscribes a session; it is to be told when that is {@link #durable(Session)}.
	 * Under the lock.
	 * @param from the connection that asks; if the session is not its own any more,
	 * nothing is done
	 * @return the reason code of SUBACK
	 */
	public int subscribe(Session session, Link from, ShareableFilter filter, SubscriptionOptions options) {
		if (session.outbound.link() != from) {
			return ReasonCode.UNSPECIFIED.code();
		}
		Decision decision = this.access.decideSubscribe(session.client(), filter.filter());
		if (!decision.allowed()) {
			this.access.refused(Refusal.subscribe(session.client(), filter.filter(), decision));
			return ReasonCode.NOT_AUTHORIZED.code();
		}
		if (session.queue != null && !session.subscriptions.containsKey(filter) && diskIsFull()) {
			this.access.refused(Refusal.subscribe(session.client(), filter.filter(), Reason.DISK_FULL));
			return ReasonCode.QUOTA_EXCEEDED.code();
		}
		Subscription subscription = new Subscription(session, filter, options);
		boolean isNew = session.subscriptions.put(filter, subscription) == null;
		int handling = options.retainHandling();
		this.router.subscribe(subscription, filter.group() == null && (handling == 0 || (handling == 1 && isNew)),
				StoredSessions.subscribed(subscription));
		return options.qos().level();
	}

	/**
	 * Ends a subscription; returns whether there was one, which is to be told when it is
	 * {@link #durable(Session)}. Under the lock.
	 * @param from the connection that asks; if the session is not its own any more,
	 * nothing is done
	 */
	public boolean unsubscribe(Session session, Link from, ShareableFilter filter) {
		if (session.outbound.link() != from) {
			return false;
		}
		Subscription subscription = session.subscriptions.remove(filter);
		if (subscription != null) {
			this.router.unsubscribe(subscription);
			this.stored.unsubscribed(subscription);
		}
		return subscription != null;
	}

	/**
	 * Ends the connections of those who would not be admitted any more, and the sessions
	 * of users that are gone. From here on they do nothing to their sessions, though it
	 * takes a moment until they are closed.
	 * @return how many connections
	 */
	public int revoke() {
		AtomicInteger ended = new AtomicInteger();
		this.sessions.forEach((session) -> {
			if (!this.access.stands(session.client()) && this.locks.call(session.id().value(), () -> revoke(session))) {
				ended.incrementAndGet();
			}
		});
		return ended.get();
	}

	/** Returns whether it had a connection. */
	private boolean revoke(Session session) {
		MqttClient client = session.client();
		if (this.access.stands(client)) {
			// it was taken over meanwhile
			return false;
		}
		boolean sessionToo = !this.access.knows(client);
		boolean connected = this.lifetimes.endConnection(session, sessionToo ? 0L : null);
		if (!connected && sessionToo) {
			this.lifetimes.end(session);
		}
		return connected;
	}

}
