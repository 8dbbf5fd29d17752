package io.heliograph.broker.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.heliograph.broker.Broker;
import io.heliograph.broker.ClientIds;
import io.heliograph.broker.Delivery;
import io.heliograph.broker.Fate;
import io.heliograph.broker.KnownClient;
import io.heliograph.broker.Ledger;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Notification;
import io.heliograph.broker.NotificationRecord;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.Queued;
import io.heliograph.broker.Queues;
import io.heliograph.broker.SessionView;
import io.heliograph.broker.Sessions;
import io.heliograph.broker.Slice;
import io.heliograph.broker.Slice.Cursor;
import io.heliograph.broker.StoreLife;
import io.heliograph.broker.Undelivered;
import io.heliograph.broker.rows.DamagedRow;
import io.heliograph.broker.store.StoreFailed;
import io.heliograph.broker.store.StoreUnusable;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine of the moment. When its store fails it is closed, and another is opened with
 * what is in the store: again and again until that succeeds. Thread-safe.
 */
public final class CurrentEngine
		implements Broker, Ledger, Sessions, Queues, ClientIds, Undelivered, StoreLife, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(CurrentEngine.class);

	private static final long PAUSE_MILLIS = 1000;

	/** An engine that fails sooner than that is opened again after a pause. */
	private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(10);

	private static final long STOP_SECONDS = 60;

	private final Opener opener;

	/**
	 * Held while an engine is opened: that may fail before it is the one of the moment.
	 */
	private final Object opening = new Object();

	private final CountDownLatch closing = new CountDownLatch(1);

	private volatile Engine engine;

	private final LastingWatches watches = new LastingWatches(() -> this.engine.ledger());

	private volatile @Nullable Surroundings surroundings;

	private volatile @Nullable Thread reopening;

	private volatile long openedAtNanos;

	/** How many failures there were after which all did not go on yet. */
	private final AtomicInteger failures = new AtomicInteger();

	private volatile Failure failure = new Failure("", false);

	/**
	 * Opens the first one.
	 * @throws RuntimeException if that is not possible
	 */
	CurrentEngine(Opener opener) {
		this.opener = opener;
		synchronized (this.opening) {
			this.engine = opener.open(this::failed);
		}
		this.openedAtNanos = System.nanoTime();
	}

	/** The engine. After its store has failed it takes nothing, until it is another. */
	public Engine engine() {
		return this.engine;
	}

	/** Names what is to be stopped before an engine is closed, and started after. */
	public void surroundings(Surroundings surroundings) {
		this.surroundings = surroundings;
	}

	/** On a thread of the store or of the engine. */
	private void failed(Throwable cause) {
		String damage = damage(cause);
		if (damage != null) {
			this.failure = new Failure(damage, true);
			this.failures.incrementAndGet();
			inBackground(this::stopForGood);
			// last: it may fail where no memory is left
			logger.error("The broker takes nothing any more. {}", damage, cause);
			return;
		}
		this.failure = new Failure("The store has failed (" + reason(cause)
				+ "). It is closed and opened again; nothing is taken until then.", false);
		this.failures.incrementAndGet();
		inBackground(this::reopen);
		logger.error("The store of the broker has failed: it is closed and opened again, and nothing is acknowledged "
				+ "until then. Make room if its disk is full.", cause);
	}

	/** What is damaged fails each time that it is read: returns what to do, or null. */
	private static @Nullable String damage(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof StoreFailed failed && failed.damaged()) {
				return failed.getMessage();
			}
			if (cause instanceof StoreUnusable unusable && unusable.damaged()) {
				return unusable.getMessage();
			}
			if (cause instanceof DamagedRow row) {
				return Engine.damage(row);
			}
		}
		return null;
	}

	private void inBackground(Runnable action) {
		Thread thread = new Thread(() -> {
			synchronized (this.opening) {
				action.run();
			}
		}, "heliograph-reopen");
		thread.setDaemon(true);
		this.reopening = thread;
		thread.start();
	}

	private void stop() {
		Surroundings around = this.surroundings;
		if (around != null) {
			around.stopUsing();
		}
		this.engine.close();
	}

	private void stopForGood() {
		try {
			stop();
		}
		catch (Throwable ex) {
			logger.error("What the broker holds open could not be closed", ex);
		}
	}

	private static String reason(Throwable failure) {
		Throwable cause = failure;
		while (cause instanceof CompletionException && cause.getCause() != null) {
			cause = cause.getCause();
		}
		String message = cause.getMessage();
		return (message != null) ? message.replaceFirst("\\.$", "") : cause.toString();
	}

	private void reopen() {
		try {
			stop();
			if (openAgain()) {
				Surroundings around = this.surroundings;
				// a user may have been deleted since it looked for those that are gone
				this.engine.revoke();
				if (around != null) {
					around.useAgain();
				}
				this.failures.decrementAndGet();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (Throwable ex) {
			logger.error("The broker could not be started again; start the server again", ex);
			this.failure = new Failure("The broker could not be started again after a failure of its store ("
					+ reason(ex) + "); start the server again.", true);
		}
	}

	/** Returns false if it is not to be any more. */
	private boolean openAgain() throws InterruptedException {
		boolean told = false;
		// what fails at once again and again must not take the whole machine
		long pauseMillis = (System.nanoTime() - this.openedAtNanos < SETTLED_NANOS) ? PAUSE_MILLIS : 0;
		while (!this.closing.await(pauseMillis, TimeUnit.MILLISECONDS)) {
			pauseMillis = PAUSE_MILLIS;
			try {
				this.engine = this.opener.open(this::failed);
				this.openedAtNanos = System.nanoTime();
				this.watches.follow();
				logger.info("The store of the broker is open again.");
				return true;
			}
			catch (RuntimeException ex) {
				String damage = damage(ex);
				if (damage != null) {
					this.failure = new Failure(damage, true);
					logger.error("The broker takes nothing any more. {}", damage, ex);
					return false;
				}
				this.failure = new Failure("The store has failed and cannot be opened again (" + reason(ex)
						+ "). That is tried each second; nothing is taken until then.", false);
				if (!told) {
					logger.error("The store of the broker cannot be opened; that is tried again each second", ex);
					told = true;
				}
			}
		}
		return false;
	}

	@Override
	public CompletionStage<List<Outcome>> publish(List<Notification> batch) {
		return this.engine.notify(batch);
	}

	@Override
	public CompletionStage<Withdrawn> withdraw(MessageId id) {
		return this.engine.withdraw(id);
	}

	@Override
	public Optional<NotificationRecord> find(MessageId id) {
		return this.engine.ledger().find(id);
	}

	@Override
	public Slice<NotificationRecord> search(Search search, @Nullable Cursor from, int limit) {
		return this.engine.ledger().search(search, from, limit);
	}

	@Override
	public Slice<Delivery> deliveries(MessageId id, @Nullable Fate fate, @Nullable Cursor from, int limit) {
		return this.engine.ledger().deliveries(id, fate, from, limit);
	}

	@Override
	public Slice<Delivery> deliveries(ClientId client, @Nullable Cursor from, int limit) {
		return this.engine.ledger().deliveries(client, from, limit);
	}

	@Override
	public Watch watch(MessageId id, Runnable changed) {
		return this.watches.add(id, changed);
	}

	@Override
	public Optional<SessionView> find(ClientId client) {
		return this.engine.sessions().find(client);
	}

	@Override
	public List<SessionView> all() {
		return this.engine.sessions().all();
	}

	@Override
	public boolean disconnect(ClientId client) {
		return this.engine.sessions().disconnect(client);
	}

	@Override
	public Slice<Queued> of(ClientId client, @Nullable Cursor from, int limit) {
		return this.engine.sessions().of(client, from, limit);
	}

	@Override
	public Optional<KnownClient> known(ClientId id) {
		return this.engine.clientIds().known(id);
	}

	@Override
	public List<KnownClient> after(String id, int limit) {
		return this.engine.clientIds().after(id, limit);
	}

	@Override
	public void assign(ClientId id, @Nullable Long ownerId) {
		this.engine.clientIds().assign(id, ownerId);
	}

	@Override
	public boolean forget(ClientId id) {
		return this.engine.clientIds().forget(id);
	}

	@Override
	public Map<String, Long> counts() {
		return this.engine.drops().counts();
	}

	@Override
	public Optional<Failure> failure() {
		return (this.failures.get() > 0) ? Optional.of(this.failure) : Optional.empty();
	}

	/** Closes the engine for good; waits until what was taken is durable. */
	@Override
	public void close() {
		this.closing.countDown();
		Thread thread = this.reopening;
		try {
			if (thread != null) {
				thread.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.engine.close();
	}

	/** Opens an engine with what is in the store. */
	interface Opener {

		/**
		 * @param onFailure is called once if the store fails
		 * @throws RuntimeException if it cannot be opened
		 */
		Engine open(Consumer<Throwable> onFailure);

	}

	/** What uses the engine and cannot go on without it. */
	public interface Surroundings {

		/** Waits until nothing uses the engine any more. */
		void stopUsing();

		/** Goes on, with the engine of the moment. */
		void useAgain();

	}

}
