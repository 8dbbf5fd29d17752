package io.heliograph.broker.engine;

import java.util.Arrays;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.heliograph.broker.store.KeyRange;

/**
 * Looks through rows that depend on what a session is subscribed to, in portions, and
 * once more if something was passed over that counts by then. The journal's.
 */
final class Rounds {

	private final KeyRange all;

	private final Supplier<SubscribedTopics> topics;

	/** What was not looked at in this round. */
	private KeyRange rest;

	private SubscribedTopics subscribed;

	private boolean begun;

	private boolean again;

	/**
	 * @param topics tells what the session is subscribed to by then; asked once for each
	 * round
	 */
	Rounds(KeyRange all, Supplier<SubscribedTopics> topics) {
		this.all = all;
		this.topics = topics;
		this.rest = all;
		this.subscribed = topics.get();
	}

	/** What the session is subscribed to, the same throughout the round. */
	SubscribedTopics subscribed() {
		return this.subscribed;
	}

	/** Another round is to follow, unless this one has not begun. */
	void restart() {
		this.again |= this.begun;
	}

	/** There is another row: another round is to follow if this one has passed it. */
	void added(byte[] key) {
		this.again |= Arrays.compareUnsigned(key, this.rest.from()) < 0;
	}

	/**
	 * Visits the next portion.
	 * @param portion visits the next one of the rows that are left; returns what is left
	 * then
	 * @return whether there is more to be done
	 */
	boolean next(UnaryOperator<KeyRange> portion) {
		this.begun = true;
		this.rest = portion.apply(this.rest);
		if (this.rest.isEmpty() && this.again) {
			this.again = false;
			this.rest = this.all;
			this.subscribed = this.topics.get();
		}
		return !this.rest.isEmpty();
	}

}
