package io.heliograph.broker.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.heliograph.broker.Ledger;
import io.heliograph.broker.Ledger.Watch;
import io.heliograph.broker.MessageId;
import org.jspecify.annotations.Nullable;

/** Watches that go on when the engine is another one. Thread-safe. */
final class LastingWatches {

	private final Supplier<Ledger> ledger;

	private final Set<LastingWatch> watches = ConcurrentHashMap.newKeySet();

	/**
	 * @param ledger that of the engine of the moment
	 */
	LastingWatches(Supplier<Ledger> ledger) {
		this.ledger = ledger;
	}

	Watch add(MessageId id, Runnable changed) {
		LastingWatch watch = new LastingWatch(id, changed);
		this.watches.add(watch);
		watch.follow();
		return watch;
	}

	/**
	 * The ledger is that of another engine from here on. Whoever watches is called: what
	 * the engine before did last may have been told to nobody.
	 */
	void follow() {
		this.watches.forEach((watch) -> {
			watch.follow();
			Watches.tell(watch.changed);
		});
	}

	/** A watch of the ledger of the moment. */
	private final class LastingWatch implements Watch {

		private final MessageId id;

		private final Runnable changed;

		private @Nullable Watch present;

		private boolean closed;

		LastingWatch(MessageId id, Runnable changed) {
			this.id = id;
			this.changed = changed;
		}

		synchronized void follow() {
			if (this.present != null) {
				this.present.close();
			}
			this.present = this.closed ? null : LastingWatches.this.ledger.get().watch(this.id, this.changed);
		}

		@Override
		public void close() {
			LastingWatches.this.watches.remove(this);
			synchronized (this) {
				this.closed = true;
				follow();
			}
		}

	}

}
