package io.heliograph.broker.engine;

import io.heliograph.broker.MessageId;
import io.heliograph.broker.rows.ClientMessageKey;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.store.Batch;

/**
 * Gives a session what is held for its client, in portions: a change of its own for each.
 * What comes meanwhile is held, too, and follows. The journal's.
 */
final class HeldRelease implements Change {

	private final StoredQueues queues;

	private final Session session;

	private final Rounds rounds;

	/** Whether it waits for its turn in the journal. */
	private boolean waits;

	HeldRelease(StoredQueues queues, Session session) {
		this.queues = queues;
		this.session = session;
		this.rounds = new Rounds(ClientMessageKey.heldFor(session.id()), () -> queues.held().subscribed(session));
	}

	Session session() {
		return this.session;
	}

	/**
	 * The session has subscribed, or more is held: begins another round behind this one.
	 */
	void restart() {
		this.rounds.restart();
	}

	/** A message is held from here on. */
	void added(MessageId id) {
		this.rounds.added(ClientMessageKey.held(this.session.id(), id));
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
		SubscribedTopics subscribed = this.rounds.subscribed();
		boolean more = this.rounds.next((rest) -> Portion.visit(this.queues.store(), Families.HELD, rest, (key,
				value) -> held.release(batch, ClientMessageKey.ofHeld(key), this.session, subscribed, deliveries)));
		if (more) {
			proceed();
		}
		else {
			held.released(this);
		}
		return deliveries;
	}

}
