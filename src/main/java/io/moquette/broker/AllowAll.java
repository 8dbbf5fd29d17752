package io.moquette.broker;

import io.moquette.broker.security.IAuthorizatorPolicy;
import io.moquette.broker.subscriptions.Topic;

/** Moquette's own rights are not asked: the engine decides. */
final class AllowAll implements IAuthorizatorPolicy {

	@Override
	public boolean canWrite(Topic topic, String user, String client) {
		return true;
	}

	@Override
	public boolean canRead(Topic topic, String user, String client) {
		return true;
	}

}
