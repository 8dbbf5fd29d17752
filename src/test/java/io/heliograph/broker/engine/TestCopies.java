package io.heliograph.broker.engine;

import io.heliograph.broker.Message;

/** Makes copies for tests of those who write them. */
public final class TestCopies {

	private TestCopies() {
	}

	/** A copy of a message, with the QoS and the retain flag of that. */
	public static Copy of(Message message, int... subscriptionIds) {
		return new Copy(SharedMessage.of(message), message.qos(), message.retain(), subscriptionIds, null);
	}

}
