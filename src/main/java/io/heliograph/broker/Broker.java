package io.heliograph.broker;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Takes notifications. Thread-safe; waits for no device. */
public interface Broker {

	/**
	 * Stores notifications with their deliveries in one commit and in list order, then
	 * delivers them. One whose once-key is known is not published again. Rights are the
	 * caller's to check.
	 * @return an outcome for each, in list order, when that is durable; completes
	 * exceptionally if it is not known what became of some of them
	 */
	CompletionStage<List<Outcome>> publish(List<Notification> batch);

	/**
	 * Withdraws what is not sent of a notification, one that waits for its time as a
	 * whole.
	 * @return what became of it, when that is durable
	 */
	CompletionStage<Withdrawn> withdraw(MessageId id);

	/**
	 * What became of a withdrawal.
	 *
	 * @param known whether there is the notification
	 * @param recalled how many deliveries are withdrawn
	 * @param tooLate how many are sent, or had another end before
	 */
	record Withdrawn(boolean known, int recalled, int tooLate) {
	}

}
