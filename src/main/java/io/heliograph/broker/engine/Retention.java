package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.NotificationRecord.State;
import io.heliograph.broker.OnceKey;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.CountsRow;
import io.heliograph.broker.rows.DeliveryKey;
import io.heliograph.broker.rows.DeliveryRow;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.NotificationRow;
import io.heliograph.broker.rows.OnceRow;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.KeyRange;
import io.heliograph.broker.store.Store;
import io.heliograph.mqtt.ClientId;
import org.jspecify.annotations.Nullable;

/**
 * Forgets the oldest notifications of which nothing becomes any more, in portions: what
 * is found by message goes in ranges, what is found by client singly. The journal's.
 */
final class Retention {

	/** How many rows are looked at before other changes have their turn. */
	private static final int PORTION = 1_000;

	/** Those that are newer may get others before them still. */
	private static final Duration YOUNGEST = Duration.ofMinutes(1);

	private final Store store;

	private final Journal journal;

	private final Clock clock;

	private final LedgerSettings settings;

	/** How many notifications there are. */
	private final AtomicLong count = new AtomicLong();

	private boolean running;

	Retention(SessionServices.Basics basics, LedgerSettings settings) {
		this.store = basics.store();
		this.journal = basics.journal();
		this.clock = basics.clock();
		this.settings = settings;
	}

	/** Counts what is there. Before anything else is done. */
	void recover() {
		this.store.forEach(Families.COUNTS, Families.EVERYTHING, (key, value) -> {
			this.count.incrementAndGet();
		});
	}

	/** There is a notification more. */
	void begun() {
		this.count.incrementAndGet();
	}

	/** Forgets what is to be. Any thread; does not wait. */
	void run() {
		this.journal.readAndWrite((batch) -> {
			if (!this.running) {
				this.running = true;
				run(Families.EVERYTHING, null);
			}
			return Change.NOTHING;
		});
	}

	/**
	 * @param range the notifications that are to be looked at
	 * @param delivery the last delivery of the first of them that was done with, or null
	 */
	private void run(KeyRange range, byte @Nullable [] delivery) {
		this.journal.readAndWrite((batch) -> {
			Pass pass = new Pass(batch, delivery);
			this.store.scan(Families.NOTIFICATION, range, pass::visit);
			pass.forgetRun();
			if (pass.goesOn && pass.last != null) {
				KeyRange rest = (pass.lastDelivery != null) ? new KeyRange(pass.last, range.to())
						: range.behind(pass.last);
				run(rest, pass.lastDelivery);
			}
			else {
				this.running = false;
			}
			return Change.NOTHING;
		});
	}

	/** What is done in one change. */
	private final class Pass {

		private final Batch batch;

		private final Instant now = Retention.this.clock.instant();

		private int examined;

		/** The first and the last of a run of notifications that go. */
		private byte @Nullable [] first;

		private byte @Nullable [] lastOfRun;

		private int ofRun;

		private byte @Nullable [] last;

		private byte @Nullable [] lastDelivery;

		private boolean goesOn;

		Pass(Batch batch, byte @Nullable [] lastDelivery) {
			this.batch = batch;
			this.lastDelivery = lastDelivery;
		}

		boolean visit(byte[] key, byte[] value) {
			NotificationRow row = NotificationRow.read(value);
			boolean tooMuch = isTooMuch(row);
			// where the clock was set back, others that are older come behind it
			if (!tooMuch && !row.acceptedAt().isAfter(this.now)) {
				return false;
			}
			if (this.examined >= PORTION) {
				this.goesOn = true;
				return false;
			}
			this.examined++;
			this.last = key;
			if (!tooMuch || !isFinished(key, row)) {
				forgetRun();
				return true;
			}
			if (!forgetSingly(row)) {
				this.goesOn = true;
				return false;
			}
			this.first = (this.first != null) ? this.first : key;
			this.lastOfRun = key;
			this.ofRun++;
			return true;
		}

		private boolean isTooMuch(NotificationRow row) {
			Instant at = row.acceptedAt();
			if (at.isAfter(this.now.minus(YOUNGEST)) && !at.isAfter(this.now)) {
				return false;
			}
			long left = Retention.this.count.get() - this.ofRun;
			int most = Retention.this.settings.maxNotifications();
			return at.isBefore(this.now.minus(Retention.this.settings.maxAge())) || (most > 0 && left > most);
		}

		private boolean isFinished(byte[] key, NotificationRow row) {
			OnceKey once = row.notification().once();
			if (row.state() == State.SCHEDULED || (once != null && once.expiresAt().isAfter(this.now))) {
				return false;
			}
			byte[] counts = Retention.this.store.get(Families.COUNTS, key);
			return counts == null || CountsRow.read(counts).finished();
		}

		/** Returns false if it is to go on another time. */
		private boolean forgetSingly(NotificationRow row) {
			MessageId id = row.notification().message().id();
			String collapseKey = row.notification().collapseKey();
			KeyRange all = DeliveryKey.ofMessage(id);
			KeyRange range = (this.lastDelivery != null) ? all.behind(this.lastDelivery) : all;
			this.lastDelivery = null;
			Retention.this.store.scan(Families.DELIVERY, range, (deliveryKey, value) -> {
				if (this.examined >= PORTION) {
					return false;
				}
				this.examined++;
				this.lastDelivery = deliveryKey;
				forget(DeliveryKey.ofKey(deliveryKey), DeliveryRow.read(value), collapseKey);
				return true;
			});
			if (this.lastDelivery != null && this.examined >= PORTION) {
				return false;
			}
			this.lastDelivery = null;
			forgetOnceKey(row);
			return true;
		}

		private void forget(DeliveryKey key, DeliveryRow row, @Nullable String collapseKey) {
			ClientId client = key.group() ? row.client() : new ClientId(key.owner());
			if (client == null) {
				return;
			}
			this.batch.delete(Families.CLIENT_DELIVERY, key.clientKey(client));
			if (collapseKey != null) {
				byte[] place = ClientMessageKey.collapse(client, collapseKey);
				byte[] newest = Retention.this.store.get(Families.COLLAPSE, place);
				if (newest != null && ClientMessageKey.ofCollapsed(newest).equals(key.id())) {
					this.batch.delete(Families.COLLAPSE, place);
				}
			}
		}

		private void forgetOnceKey(NotificationRow row) {
			OnceKey once = row.notification().once();
			byte[] value = (once != null) ? Retention.this.store.get(Families.ONCE, OnceRow.key(once)) : null;
			if (once != null && value != null && OnceRow.read(value).id().equals(row.notification().message().id())) {
				this.batch.delete(Families.ONCE, OnceRow.key(once));
			}
		}

		/** The run of those that go ends here. */
		void forgetRun() {
			if (this.first != null && this.lastOfRun != null) {
				KeyRange run = new KeyRange(this.first, KeyRange.after(this.lastOfRun));
				this.batch.deleteRange(Families.DELIVERY, run);
				this.batch.deleteRange(Families.COUNTS, run);
				this.batch.deleteRange(Families.NOTIFICATION, run);
				Retention.this.count.addAndGet(-this.ofRun);
			}
			this.first = null;
			this.lastOfRun = null;
			this.ofRun = 0;
		}

	}

}
