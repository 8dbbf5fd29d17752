package io.heliograph.broker.engine;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import io.heliograph.broker.Fate;
import io.heliograph.broker.Message;
import io.heliograph.broker.Notification;
import io.heliograph.broker.Outcome;
import io.heliograph.mqtt.Qos;
import org.jspecify.annotations.Nullable;

/** A message that a model published, and what came of it. */
final class ModelMessage {

	final Message message;

	/** What it was published as, or null if it is in no ledger. */
	final @Nullable Notification notification;

	private final CompletionStage<Outcome> outcome;

	/** Kept devices that must get it. */
	final Set<String> own = new HashSet<>();

	/** Groups one member of which must get it. */
	final Set<String> groups = new HashSet<>();

	/** How many may get it, at most. */
	int most;

	/** How often it was on its way to each device. */
	final Map<String, Integer> written = new HashMap<>();

	/** How often each device took it for a new one. */
	final Map<String, Integer> accepted = new HashMap<>();

	/** Who has acknowledged it, or may have. */
	final Set<String> acknowledged = new HashSet<>();

	/** What became of its deliveries for good. */
	final Map<String, String> over = new HashMap<>();

	boolean withdrawn;

	/** Whether another with the same collapse key came behind it. */
	boolean superseded;

	/** Whether a session that had it has ended, so that it may come again. */
	boolean again;

	ModelMessage(Message message, @Nullable Notification notification, CompletionStage<Outcome> outcome) {
		this.message = message;
		this.notification = notification;
		this.outcome = outcome;
	}

	String topic() {
		return this.message.topic().name();
	}

	boolean isQos2() {
		return this.message.qos() == Qos.EXACTLY_ONCE;
	}

	/** Whether the publisher was told that it is taken. */
	boolean isTaken() {
		var outcome = this.outcome.toCompletableFuture();
		return outcome.isDone() && !outcome.isCompletedExceptionally() && outcome.join() instanceof Outcome.Routed;
	}

	/** Whether a fate other than that it came is explained by what was done. */
	boolean explains(Fate fate) {
		return switch (fate) {
			case EXPIRED -> this.message.expiresAt() != null;
			case RECALLED -> this.withdrawn;
			case SUPERSEDED -> this.superseded;
			default -> false;
		};
	}

	/** Whether it may be with nobody though it was taken. */
	boolean mayBeNowhere() {
		return this.message.qos() == Qos.AT_MOST_ONCE || this.message.expiresAt() != null || this.withdrawn
				|| this.superseded;
	}

	@Override
	public String toString() {
		return topic() + " " + this.message.qos() + ((this.message.expiresAt() != null) ? " expires" : "")
				+ ((this.notification != null) ? " notification" : "") + " own " + this.own + " groups " + this.groups
				+ " accepted " + this.accepted + " acknowledged " + this.acknowledged;
	}

}
