package io.heliograph.broker.engine;

import java.time.Clock;

import io.heliograph.account.AccessControl;
import io.heliograph.broker.store.Store;

/** What all sessions share. */
record SessionServices(Basics basics, StoredQueues queues, Handovers handovers) {

	AccessControl access() {
		return this.basics.access;
	}

	SessionSettings settings() {
		return this.basics.settings;
	}

	Drops drops() {
		return this.basics.drops;
	}

	Clock clock() {
		return this.basics.clock;
	}

	Journal journal() {
		return this.basics.journal;
	}

	/** What all parts of the engine share. */
	record Basics(Store store, Journal journal, SessionSettings settings, AccessControl access, Drops drops,
			Clock clock) {
	}

}
