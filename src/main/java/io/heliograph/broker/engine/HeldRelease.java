package io.heliograph.broker.engine;

import java.util.Arrays;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Batch;
import io.heliograph.broker.store.KeyRange;

/**
 * Gives a session what is held for its client, in portions: a change of its own for each.
 * What comes meanwhile is held, too, and follows. The journal's.
 */
final class HeldRelease implements Change {

	private final StoredQueues queues;

	private final Session session;

	private final KeyRange all;

	/** What was not looked at. */
	private KeyRange range;

	private SubscribedTopics subscribed;

	private boolean begun;

	/** Whether something may have been passed over that it is to have. */
	private boolean again;

	/** Whether it waits for its turn in the journal. */
	private boolean waits;

	HeldRelease(StoredQueues queues, Session session) {
		this.queues = queues;
		this.session = session;
		this.all = ClientMessageKey.heldFor(session.id());
		this.range = this.all;
		this.subscribed = queues.held().subscribed(session);
	}

	Session session() {
		return this.session;
	}

	/**
	 * Begins another round behind this one: the session has subscribed meanwhile, or more
	 * is held.
	 */
	void restart() {
		this.again |= this.begun;
	}

	/** A message is held from here on. */
	void added(MessageId id) {
		byte[] key = ClientMessageKey.held(this.session.id(), id);
		this.again |= Arrays.compareUnsigned(key, this.range.from()) < 0;
	}

	/** Enqueues the next portion, unless one is enqueued. */
	void proceed() {
		if (!this.waits) {
			this.waits = true;
			this.queues.journal().readAndWrite(this);
		}
	}

	@Override
	public Runnable apply(Batch batch) {
		this.waits = false;
		HeldDeliveries held = this.queues.held();
		if (!held.mayProceed(this)) {
			return NOTHING;
		}
		if (this.session.outbound.ended()) {
			held.released(this);
			return NOTHING;
		}
		Deliveries deliveries = new Deliveries();
		this.begun = true;
		this.range = Portion.visit(this.queues.store(), Families.HELD, this.range, (key, value) -> held.release(batch,
				ClientMessageKey.ofHeld(key), this.session, this.subscribed, deliveries));
		if (this.range.isEmpty() && this.again) {
			this.again = false;
			this.range = this.all;
			this.subscribed = held.subscribed(this.session);
		}
		if (this.range.isEmpty()) {
			held.released(this);
		}
		else {
			proceed();
		}
		return deliveries;
	}

}
