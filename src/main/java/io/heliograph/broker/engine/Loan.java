package io.heliograph.broker.engine;

import io.heliograph.broker.rows.QueuePlace;

/**
 * A copy for one of a group that a member has whose session is not stored.
 *
 * @param queue where it stays
 * @param place at which place
 * @param borrower who has it
 * @param size what it counts for in the bound of the queue, in bytes
 */
record Loan(GroupQueue queue, QueuePlace place, Session borrower, int size) {
}
