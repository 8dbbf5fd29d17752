package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Action;
import io.heliograph.account.Decision;
import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Priority;
import io.heliograph.broker.Will;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes wills. Thread-safe. */
final class Wills {

	private static final Logger logger = LoggerFactory.getLogger(Wills.class);

	private final Router router;

	private final AccessControl access;

	private final Clock clock;

	Wills(Router router, AccessControl access, Clock clock) {
		this.router = router;
		this.access = access;
		this.clock = clock;
	}

	/**
	 * Publishes a will, if there is one and its client may write to the topic at this
	 * moment. One that fails is lost; what its client or another was about to do goes on.
	 */
	void fire(MqttClient client, @Nullable Will will) {
		try {
			if (will != null) {
				publish(client, will);
			}
		}
		catch (Throwable ex) {
			logger.error("A will could not be published", ex);
		}
	}

	private void publish(MqttClient client, Will will) {
		Decision decision = this.access.decideWill(client, will.topic());
		if (decision.allowed()) {
			this.router.route(message(client, will));
		}
		else {
			this.access.refused(Refusal.publish(client, will.topic(), decision));
		}
	}

	private Message message(MqttClient client, Will will) {
		Instant now = this.clock.instant();
		@Nullable Instant expiresAt = (will.expirySeconds() != null) ? now.plusSeconds(will.expirySeconds()) : null;
		return new Message(MessageId.next(now.toEpochMilli()), will.topic(), will.payload(), will.qos(), will.retain(),
				expiresAt, Priority.NORMAL, will.properties(), client.id());
	}

}
