package io.heliograph.broker.engine;

import io.heliograph.broker.store.Batch;

/**
 * Where copies go in one change of the journal.
 *
 * @param batch what stores them
 * @param alone whether no other copy shares their message
 * @param deliveries those that are handed to connections once they are durable
 * @param ledger what is told of them
 */
record Target(Batch batch, boolean alone, Deliveries deliveries, LedgerWriter ledger) {
}
