package io.heliograph.broker.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;

import io.heliograph.account.AccessControl;
import io.heliograph.account.Decision;
import io.heliograph.account.MqttClient;
import io.heliograph.account.Refusal;
import io.heliograph.account.Refusal.Reason;
import io.heliograph.broker.Message;
import io.heliograph.broker.MessageId;
import io.heliograph.broker.Outcome;
import io.heliograph.broker.Priority;
import io.heliograph.broker.Will;
import io.heliograph.broker.rows.Families;
import io.heliograph.broker.rows.SessionRow;
import io.heliograph.broker.store.Batch;
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
	 * @param without its session without it, which is stored in the same commit; null if
	 * the session is not stored or has ended
	 */
	void fire(MqttClient client, @Nullable Will will, @Nullable SessionRow without) {
		try {
			if (will != null) {
				publish(client, will, without);
			}
		}
		catch (Throwable ex) {
			logger.error("A will could not be published", ex);
		}
	}

	private void publish(MqttClient client, Will will, @Nullable SessionRow without) {
		BiConsumer<Batch, List<Outcome>> also = (without != null)
				? (batch, outcomes) -> batch.put(Families.SESSION, without.key(), without.value()) : null;
		Decision decision = this.access.decideWill(client, will.topic());
		if (decision.allowed()) {
			this.router.route(List.of(SharedMessage.of(message(client, will))), also).thenAccept((outcomes) -> {
				if (outcomes.get(0) instanceof Outcome.Refused) {
					this.access.refused(Refusal.publish(client, will.topic(), Reason.DISK_FULL));
				}
			});
		}
		else {
			if (also != null) {
				this.router.route(List.of(), also);
			}
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
