package io.moquette.broker;

import java.util.Set;

/** A store of queues that is empty and stays so. */
final class NoQueues implements IQueueRepository {

	@Override
	public Set<String> listQueueNames() {
		return Set.of();
	}

	@Override
	public boolean containsQueue(String clientId) {
		return false;
	}

	@Override
	public SessionMessageQueue<SessionRegistry.EnqueuedMessage> getOrCreateQueue(String clientId) {
		throw new IllegalStateException("to Moquette each session is clean");
	}

	@Override
	public void close() {
	}

}
