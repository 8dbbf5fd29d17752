package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import io.heliograph.broker.Broker.Withdrawn;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Notification;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.OnceKey;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.DueRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.MessageRow;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.rows.OnceRow;
import io.heliograph.broker.rows.UnstoredRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * Takes notifications, and looks after them until nothing becomes of them any more.
 * Thread-safe; nothing blocks.
 */
final class Notifications {

	private static final Outcome REFUSED = new Outcome.Refused();

	private final Store store;

	private final Journal journal;

	private final StoredQueues queues;

	private final Router router;

	private final Clock clock;

	private final Retention retention;

	private final BooleanSupplier diskIsFull;

	private final TimedRows due;

	/** Those whose deliveries are being ended because they have expired. */
	private final Set<MessageId> expiring = new HashSet<>();

	Notifications(SessionServices.Basics basics, StoredQueues queues, Router router, Retention retention,
			BooleanSupplier diskIsFull) {
		this.store = basics.store();
		this.journal = basics.journal();
		this.clock = basics.clock();
		this.queues = queues;
		this.router = router;
		this.retention = retention;
		this.diskIsFull = diskIsFull;
		this.due = new TimedRows(this.store, Families.DUE);
	}

	/**
	 * Takes notifications, in one commit and in their order.
	 * @return an outcome for each when that is durable
	 */
	CompletableFuture<List<Outcome>> publish(List<Notification> batch) {
		if (batch.size() > 1 && batch.stream().anyMatch((one) -> one.collapseKey() != null)) {
			return publishEach(batch);
		}
		if (this.diskIsFull.getAsBoolean()) {
			return CompletableFuture.completedFuture(batch.stream().map((one) -> REFUSED).toList());
		}
		Accepting change = new Accepting(batch);
		this.queues.change(change, batch.stream().anyMatch(Notifications::reads));
		return change.stage;
	}

	/** One that takes the place of another must find it in the store. */
	private CompletableFuture<List<Outcome>> publishEach(List<Notification> batch) {
		List<CompletableFuture<List<Outcome>>> stages = batch.stream().map((one) -> publish(List.of(one))).toList();
		return CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
			.thenApply((all) -> stages.stream().map((stage) -> stage.join().get(0)).toList());
	}

	private static boolean reads(Notification notification) {
		return notification.once() != null || notification.collapseKey() != null;
	}

	private @Nullable Outcome repeated(@Nullable OnceKey once) {
		byte[] value = (once != null) ? this.store.get(Families.ONCE, OnceRow.key(once)) : null;
		if (once == null || value == null) {
			return null;
		}
		OnceRow row = OnceRow.read(value);
		return row.expiresAt().isAfter(this.clock.instant()) ? new Outcome.Repeated(row.id(), row.isOf(once)) : null;
	}

	private Outcome accept(Batch batch, Notification notification, Deliveries deliveries) {
		MessageId id = notification.message().id();
		Instant now = this.clock.instant();
		Instant notBefore = notification.notBefore();
		boolean later = notBefore != null && notBefore.isAfter(now);
		NotificationRow row = new NotificationRow(notification, now, later ? State.SCHEDULED : State.ROUTED);
		batch.put(Families.NOTIFICATION, MessageRow.key(id), row.value());
		OnceKey once = notification.once();
		if (once != null) {
			batch.put(Families.ONCE, OnceRow.key(once), new OnceRow(id, once.fingerprint(), once.expiresAt()).value());
		}
		if (notification.message().expiresAt() != null) {
			put(batch, new DueRow(notification.message().expiresAt(), DueRow.Kind.EXPIRE, id));
		}
		this.queues.ledger().begun(id);
		this.retention.begun();
		if (later && notBefore != null) {
			put(batch, new DueRow(notBefore, DueRow.Kind.ROUTE, id));
			return new Outcome.Routed(0);
		}
		return this.router.route(batch, notification, deliveries);
	}

	private void put(Batch batch, DueRow row) {
		this.due.put(batch, row.key());
	}

	/** Does what is due. Any thread; does not wait. */
	void due() {
		due(DueRow.dueAt(this.clock.instant()));
	}

	private void due(KeyRange range) {
		this.journal.readAndWrite((batch) -> {
			Deliveries deliveries = new Deliveries();
			List<byte[]> keys = this.due.first(range, Portion.ROWS);
			for (byte[] key : keys) {
				DueRow row = DueRow.ofKey(key);
				if (row.kind() == DueRow.Kind.EXPIRE) {
					expire(row);
				}
				else {
					route(batch, row, deliveries, false);
				}
			}
			if (keys.size() == Portion.ROWS) {
				due(range.behind(keys.get(Portion.ROWS - 1)));
			}
			return deliveries;
		});
	}

	/** The row goes with the last of its deliveries: a crash in between leaves it. */
	private void expire(DueRow row) {
		if (this.expiring.add(row.id())) {
			this.queues.endings().endAll(row.id(), Ending.of(Drop.EXPIRED), Drop.EXPIRED, (batch, all) -> {
				batch.delete(Families.DUE, row.key());
				NotificationRow stored = this.queues.notification(row.id());
				// one that is due, too, may wait for room on the disk
				boolean waits = stored != null && (all.sent() > 0 || stored.state() == State.SCHEDULED);
				Instant expiresAt = (stored != null) ? stored.notification().message().expiresAt() : null;
				if (waits && expiresAt != null) {
					Instant again = Overdue.lookAgain(expiresAt, this.clock.instant());
					put(batch, new DueRow(again, DueRow.Kind.EXPIRE, row.id()));
				}
				this.expiring.remove(row.id());
				return Change.NOTHING;
			});
		}
	}

	/**
	 * Its time has come.
	 * @param alone whether the change is for nothing else
	 */
	private void route(Batch batch, DueRow row, Deliveries deliveries, boolean alone) {
		NotificationRow stored = this.queues.notification(row.id());
		if (stored == null || stored.state() != State.SCHEDULED) {
			batch.delete(Families.DUE, row.key());
			return;
		}
		if (this.diskIsFull.getAsBoolean()) {
			return;
		}
		if (!alone && stored.notification().collapseKey() != null) {
			// it must find in the store what it takes the place of
			this.journal.readAndWrite((own) -> {
				Deliveries its = new Deliveries();
				route(own, row, its, true);
				return its;
			});
			return;
		}
		batch.delete(Families.DUE, row.key());
		batch.put(Families.NOTIFICATION, MessageRow.key(row.id()), stored.with(State.ROUTED).value());
		this.router.route(batch, stored.notification(), deliveries);
	}

	/** Withdraws what is not sent of a notification. */
	CompletableFuture<Withdrawn> withdraw(MessageId id) {
		CompletableFuture<Withdrawn> stage = new CompletableFuture<>();
		this.journal.readAndWrite(new Change() {

			@Override
			public Runnable apply(Batch batch) {
				NotificationRow row = Notifications.this.queues.notification(id);
				if (row == null) {
					return () -> stage.complete(new Withdrawn(false, 0, 0));
				}
				State state = (row.state() == State.SCHEDULED) ? State.CANCELLED : State.WITHDRAWN;
				if (row.state() != State.CANCELLED) {
					batch.put(Families.NOTIFICATION, MessageRow.key(id), row.with(state).value());
					if (state == State.WITHDRAWN) {
						put(batch, DueRow.withdrawal(id));
					}
				}
				Notifications.this.router.withdrawRetained(batch, row.notification().message());
				recall(id, new Endings.WhenEnded() {

					@Override
					public Runnable then(Batch batch, Endings.All all) {
						batch.delete(Families.DUE, DueRow.withdrawal(id).key());
						return () -> stage.complete(new Withdrawn(true, all.ended(), all.over() + all.sent()));
					}

					@Override
					public void failed(Throwable cause) {
						stage.completeExceptionally(cause);
					}

				});
				return NOTHING;
			}

			@Override
			public void failed(Throwable cause) {
				stage.completeExceptionally(cause);
			}

		});
		return stage;
	}

	private void recall(MessageId id, Endings.WhenEnded whenEnded) {
		this.queues.endings().endAll(id, Ending.RECALLED, null, whenEnded);
	}

	/**
	 * Goes on with the withdrawals that were not at their end when the server stopped:
	 * they show as withdrawn. Before anything else is done.
	 */
	void recoverWithdrawals() {
		this.store.forEach(Families.DUE, DueRow.withdrawals(), (key, value) -> {
			recall(DueRow.ofKey(key).id(), (batch, all) -> {
				batch.delete(Families.DUE, key);
				return Change.NOTHING;
			});
		});
	}

	/**
	 * Deliveries that were in memory when the server stopped are over, or held again.
	 * Before anything else is done.
	 */
	void recover() {
		this.journal.readAndWrite((batch) -> {
			this.store.forEach(Families.UNSTORED, Families.EVERYTHING, (key, value) -> {
				byte[] row = this.store.get(Families.DELIVERY, key);
				if (row != null) {
					lost(batch, DeliveryKey.ofKey(key), DeliveryRow.read(row), UnstoredRow.read(value).hold());
				}
				batch.delete(Families.UNSTORED, key);
			});
			return Change.NOTHING;
		});
	}

	private void lost(Batch batch, DeliveryKey key, DeliveryRow row, boolean hold) {
		if (!hold) {
			this.queues.ledger().changed(batch, key, row, Ending.RESTART);
			return;
		}
		ClientId client = new ClientId(key.owner());
		Ending state = this.queues.held().fateOnReturn(client, key.id());
		this.queues.ledger().changed(batch, key, row, state);
		this.queues.held().add(batch, client, key.id(), state);
	}

	/**
	 * What is held waits on, and comes before what is published from here on. Before
	 * anything else is done.
	 */
	void recoverHeld() {
		this.store.scanBackwards(Families.NOTIFICATION, Families.EVERYTHING, (key, value) -> {
			MessageId.countFrom(NotificationRow.read(value).notification().message().id());
			return false;
		});
		this.store.forEach(Families.HELD, Families.EVERYTHING,
				(key, value) -> this.queues.held().recovered(ClientMessageKey.clientOf(key)));
	}

	/** Takes some notifications. */
	private final class Accepting implements Change {

		private final List<Notification> batch;

		private final CompletableFuture<List<Outcome>> stage = new CompletableFuture<>();

		Accepting(List<Notification> batch) {
			this.batch = batch;
		}

		@Override
		public Runnable apply(Batch batch) {
			Deliveries deliveries = new Deliveries();
			Map<String, Outcome> taken = new HashMap<>();
			List<Outcome> outcomes = new ArrayList<>(this.batch.size());
			for (Notification notification : this.batch) {
				OnceKey once = notification.once();
				Outcome outcome = repeated(once);
				String name = (once != null) ? once.caller() + '\0' + once.key() : null;
				if (outcome == null && name != null) {
					outcome = taken.get(name);
				}
				if (outcome == null) {
					outcome = accept(batch, notification, deliveries);
					if (name != null) {
						taken.put(name, new Outcome.Repeated(notification.message().id(), true));
					}
				}
				outcomes.add(outcome);
			}
			return () -> {
				deliveries.run();
				this.stage.complete(outcomes);
			};
		}

		@Override
		public void failed(Throwable cause) {
			this.stage.completeExceptionally(cause);
		}

	}

}
