package io.heliograph.broker.engine;

import java.time.Clock;

import io.heliograph.account.AccessControl;

/** What all sessions share. */
record SessionServices(AccessControl access, SessionSettings settings, Drops drops, Clock clock, Journal journal,
		StoredQueues queues, Handovers handovers) {
}
