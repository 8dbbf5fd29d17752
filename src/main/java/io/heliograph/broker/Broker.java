package io.heliograph.broker;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Takes messages. Thread-safe; waits for no device. */
public interface Broker {

	/**
	 * Routes messages in list order: each copy has its place in the queue of its session
	 * when the stage completes, then it is delivered. Rights are the caller's to check.
	 * @return an outcome for each message, in list order; completes exceptionally if it
	 * is not known what became of some of them
	 */
	CompletionStage<List<Outcome>> publish(List<Message> batch);

}
